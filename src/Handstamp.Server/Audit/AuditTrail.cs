using System.Collections.Frozen;
using Handstamp.Server.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Audit;

/// <summary>Is notified when an event was recorded, for example to wake the followers of the feed.</summary>
interface IEventListener
{
    void OnRecorded(Event recorded);
}

/// <summary>
/// The one place where a change is made known: counters, the log line and notifications follow from the event.
/// </summary>
sealed class AuditTrail(
    IEventStore events, RefusalTally refusals, Telemetry telemetry, IServiceProvider services, ILogger<AuditTrail> log)
{
    const string None = "-";

    // The names that the counter of logins had before there were events.
    static readonly FrozenDictionary<string, string> LoginOutcomes = new Dictionary<string, string>
    {
        ["invalid_credentials"] = "wrong",
        ["account_disabled"] = "disabled",
        ["too_many_requests"] = "throttled",
        ["server_busy"] = "busy",
        ["former_system_unavailable"] = "not_known",
    }.ToFrozenDictionary();

    // Resolved at the first event: a listener may need a service that records events itself.
    readonly Lazy<IEventListener[]> _listeners = new(() => [.. services.GetServices<IEventListener>()]);

    /// <summary>The change was made: its transaction is committed, and the event with it.</summary>
    public void Record(Event done)
    {
        Count(done);
        if (log.IsEnabled(LogLevel.Information)) Log(done);
        foreach (var listener in _listeners.Value) listener.OnRecorded(done);
    }

    public void Record(IReadOnlyList<Event> done)
    {
        foreach (var one in done) Record(one);
    }

    /// <summary>
    /// An attempt was refused or throttled. It is added up with others of the same minute and written a little later,
    /// because it has changed nothing.
    /// </summary>
    /// <param name="refused">Its account is null for all unknown addresses.</param>
    public void Refuse(Event refused)
    {
        Count(refused);
        refusals.Add(refused);
    }

    /// <summary>
    /// Writes a counted event of a refresh that is not a separate change, and makes it known. If the event cannot be
    /// written, the refresh is not refused.
    /// </summary>
    public async Task NoteAsync(Event sign)
    {
        try
        {
            await events.CountAtRefreshAsync(sign);
        }
        catch (StorageUnavailableException fault)
        {
            AuditLog.SignLost(log, sign.SessionId, fault);
        }
        Record(sign);
    }

    /// <summary>Writes an event that is not part of another change, and makes it known. If it cannot be written, this fails.</summary>
    public async Task AddAsync(Event done)
    {
        await events.CountAsync([done]);
        Record(done);
    }

    void Count(Event done)
    {
        telemetry.Events.Add(1, Telemetry.Kind(done.Kind));
        switch (done.Kind)
        {
            case EventKind.SessionBegun when done.Outcome is null: telemetry.Logins.Add(1, Telemetry.Outcome("accepted")); break;
            case EventKind.SessionBegun when done.Outcome == "moved": telemetry.Logins.Add(1, Telemetry.Outcome("moved")); break;
            case EventKind.LoginRefused or EventKind.LoginThrottled:
                telemetry.Logins.Add(1, Telemetry.Outcome(LoginOutcomes.GetValueOrDefault(done.Outcome!, done.Outcome!)));
                break;
            case EventKind.SessionEnded: telemetry.SessionsEnded.Add(done.Count, Telemetry.Reason(MemberOf(done))); break;
            case EventKind.SessionSharingSuspected: telemetry.SharingSigns.Add(1, Telemetry.Sign(MemberOf(done))); break;
        }
    }

    // The tags use the names of the enumeration members in the code.
    static string MemberOf(Event done) =>
        string.Concat(done.Outcome!.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    void Log(Event done) => AuditLog.Recorded(
        log, done.Kind.Name(), done.Outcome ?? None, done.AccountId?.ToString() ?? None, done.SessionId?.ToString() ?? None,
        done.Detail ?? None, done.Count, done.By.Actor.Kind, done.By.Actor.Id ?? None);
}
