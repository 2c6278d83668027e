using System.Text.Json;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Accounts.Terms;

namespace Handstamp.Server.Accounts.Export;

/// <summary>The account itself, as <c>GET /me</c> answers, and whether it has a password.</summary>
sealed class AccountData(ProfileOperations profiles, ServiceTerms terms) : IPersonalData
{
    public string Name => "account";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel)
    {
        var profile = await profiles.FindAsync(account.Id, cancel);
        var identifiers = account.Identifiers.Select(one => new ExportedIdentifier(NameOf(one.Kind), one.Value, one.VerifiedAt));
        JsonSerializer.Serialize(
            json, new ExportedAccount(OwnAccount.Of(account, profile, terms), [.. identifiers], account.PasswordHash is not null),
            AccountsJson.Default.ExportedAccount);
    }

    static string NameOf(IdentifierKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}

sealed record ExportedAccount(OwnAccount Profile, IReadOnlyList<ExportedIdentifier> Identifiers, bool HasPassword);

sealed record ExportedIdentifier(string Kind, string Value, DateTimeOffset? VerifiedAt);

/// <summary>The second factors, as <c>GET /mfa</c> answers: without their secrets.</summary>
sealed class SecondFactorData(SecondFactorRoutes factors) : IPersonalData
{
    public string Name => "second_factors";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel) =>
        JsonSerializer.Serialize(json, await factors.ListAsync(account, cancel), SecondFactorJson.Default.FactorList);
}

/// <summary>The passkeys, of which the service has only the public keys.</summary>
sealed class PasskeyData(PasskeyOperations passkeys) : IPersonalData
{
    public string Name => "passkeys";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        foreach (var passkey in await passkeys.ListAsync(account.Id, cancel))
            JsonSerializer.Serialize(json, PasskeyItem.Of(passkey), PasskeysJson.Default.PasskeyItem);
        json.WriteEndArray();
    }
}

/// <summary>The newest of what has happened to the account, as <c>GET /me/activity</c> answers.</summary>
sealed class ActivityData(ActivityOperations activity) : IPersonalData
{
    public const int MaxEvents = Pages * ActivityOperations.MaxPage;

    const int Pages = 5;

    public string Name => "activity";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        var next = (Guid?)null;
        for (var page = 0; page < Pages && (page == 0 || next is not null); page++)
        {
            var read = await activity.ReadAsync(account.Id, next, ActivityOperations.MaxPage, cancel);
            foreach (var item in read.Activity) JsonSerializer.Serialize(json, item, AccountsJson.Default.ActivityItem);
            next = read.Next;
        }
        json.WriteEndArray();
    }
}
