using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>The caller's devices: the current one first, then the newest.</summary>
sealed class OwnDevices(ISessionStore sessions, TimeProvider clock)
{
    public async Task<IReadOnlyList<DeviceLine>> ListAsync(Caller caller, Texts texts, CancellationToken cancel)
    {
        var listed = await sessions.ListAsync(caller.AccountId, clock.Now(), Devices.MaxListed, cancel);
        return
        [
            .. listed.Select(entry => DeviceLine.Of(entry, caller.SessionId, texts)).OrderByDescending(line => line.IsThis),
        ];
    }
}
