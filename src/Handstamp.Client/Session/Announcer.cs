using Microsoft.Extensions.Logging;

namespace Handstamp.Client.Session;

/// <summary>
/// Tells the app who is logged in when that changes: one change after the other, without delaying anything else.
/// </summary>
sealed class Announcer(Action<SessionChangedEventArgs> tell, ILogger log)
{
    Task _last = Task.CompletedTask;
    (Guid? Id, bool Asked) _known;

    public void Announce(Guid? sessionId, string? code = null)
    {
        if (_known == (sessionId, true)) return;
        _known = (sessionId, true);
        var change = new SessionChangedEventArgs(sessionId, code);
        _last = _last.ContinueWith(_ => Tell(change), TaskScheduler.Default);
    }

    void Tell(SessionChangedEventArgs change)
    {
        try
        {
            tell(change);
        }
        // If a handler throws, neither the session nor the other changes may be lost.
        catch (Exception fault)
        {
            ClientLog.ListenerFailed(log, fault);
        }
    }
}
