using Handstamp.Server.GeoIp;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>The caller's devices: the current one first, then the newest.</summary>
sealed class OwnDevices(SessionOperations sessions, Places places)
{
    public async Task<IReadOnlyList<DeviceLine>> ListAsync(Caller caller, PageContext view, CancellationToken cancel)
    {
        var listed = await sessions.ListAsync(caller.AccountId, SessionOperations.MaxDevices, cancel);
        var found = places.FindAll([.. listed.Select(entry => entry.Device.Address)]);
        return
        [
            .. listed.Zip(found, (entry, place) => DeviceLine.Of(entry, caller.SessionId, place, view)).OrderByDescending(line => line.IsThis),
        ];
    }
}
