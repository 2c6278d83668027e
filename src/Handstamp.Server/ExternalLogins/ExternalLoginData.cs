using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Export;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The logins by other services, for the export of an account.</summary>
sealed class ExternalLoginData(ExternalLoginOperations logins) : IPersonalData
{
    public string Name => "external_logins";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        foreach (var login in await logins.ListAsync(account.Id, cancel))
            JsonSerializer.Serialize(json, new ExportedExternalLogin(login.Issuer, login.Subject, ExternalLoginItem.Of(login)), ExternalLoginJson.Default.ExportedExternalLogin);
        json.WriteEndArray();
    }
}

/// <summary>As <c>GET /external-logins</c> answers, and who the person is at the other service.</summary>
sealed record ExportedExternalLogin(string Issuer, string Subject, ExternalLoginItem Login);
