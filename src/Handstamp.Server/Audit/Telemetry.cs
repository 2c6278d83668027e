using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Handstamp.Server.Audit;

/// <summary>
/// The instruments, under the one name <see cref="Name"/>. Tags hold only outcomes and reasons: no address, id or token
/// ever becomes a tag.
/// </summary>
sealed class Telemetry : IDisposable
{
    public const string Name = "Handstamp";

    public static readonly ActivitySource Activities = new(Name);

    readonly Meter _meter;

    public Telemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        Events = _meter.CreateCounter<long>("handstamp.events", "{event}", "Audit events by kind.");
        Logins = _meter.CreateCounter<long>("handstamp.logins", "{login}", "Logins by outcome.");
        Refreshes = _meter.CreateCounter<long>("handstamp.refreshes", "{refresh}", "Refreshes by outcome.");
        SessionsEnded = _meter.CreateCounter<long>("handstamp.sessions.ended", "{session}", "Ended sessions by reason.");
        SharingSigns = _meter.CreateCounter<long>("handstamp.sessions.sharing_signs", "{sign}", "Signs that two parties use a session.");
        HashingRefused = _meter.CreateCounter<long>("handstamp.hashing.refused", "{hash}", "Hashes refused because the queue was full or memory was short.");
        HashingDuration = _meter.CreateHistogram<double>("handstamp.hashing.duration", "s", "Time of one password hash.");
        HashingQueued = _meter.CreateUpDownCounter<long>("handstamp.hashing.queued", "{hash}", "Hashes that are waiting or running.");
        CommitBatch = _meter.CreateHistogram<long>("handstamp.commit.batch", "{operation}", "Operations in one commit.");
        CommitDuration = _meter.CreateHistogram<double>("handstamp.commit.duration", "s", "Time of one durable commit.");
    }

    public Counter<long> Events { get; }
    public Counter<long> Logins { get; }
    public Counter<long> Refreshes { get; }
    public Counter<long> SessionsEnded { get; }
    public Counter<long> SharingSigns { get; }
    public Counter<long> HashingRefused { get; }
    public Histogram<double> HashingDuration { get; }
    public UpDownCounter<long> HashingQueued { get; }
    public Histogram<long> CommitBatch { get; }
    public Histogram<double> CommitDuration { get; }

    /// <summary>The tag of every counter with an outcome.</summary>
    public static KeyValuePair<string, object?> Outcome(string outcome) => new("outcome", outcome);

    public static KeyValuePair<string, object?> Sign(string sign) => new("sign", sign);

    public static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);

    public static KeyValuePair<string, object?> Kind(EventKind kind) => new("kind", kind.Name());

    public void Dispose() => _meter.Dispose();
}
