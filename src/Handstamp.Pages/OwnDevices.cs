using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>The caller's devices: the current one first, then the newest.</summary>
sealed class OwnDevices(SessionOperations sessions)
{
    public async Task<IReadOnlyList<DeviceLine>> ListAsync(Caller caller, PageContext view, CancellationToken cancel)
    {
        var listed = await sessions.ListAsync(caller.AccountId, SessionOperations.MaxDevices, cancel);
        return
        [
            .. listed.Select(entry => DeviceLine.Of(entry, caller.SessionId, view)).OrderByDescending(line => line.IsThis),
        ];
    }
}
