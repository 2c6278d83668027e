using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Export;

namespace Handstamp.Server.Sessions;

/// <summary>The live sessions, for the export of an account.</summary>
sealed class SessionData(SessionOperations sessions) : IPersonalData
{
    public string Name => "sessions";

    public async Task WriteAsync(Account account, Utf8JsonWriter json, CancellationToken cancel)
    {
        json.WriteStartArray();
        foreach (var listed in await sessions.ListAsync(account.Id, SessionOperations.MaxDevices, cancel))
            JsonSerializer.Serialize(json, Devices.Item(listed, current: null), SessionJson.Default.SessionItem);
        json.WriteEndArray();
    }
}
