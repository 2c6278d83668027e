using System.Diagnostics.Metrics;
using Handstamp.Bearer.Feed;

namespace Handstamp.Bearer;

/// <summary>The instruments. Tags hold outcomes and states only: no id or token ever becomes a tag.</summary>
sealed class BearerMetrics : IDisposable
{
    readonly Meter _meter;
    readonly Counter<long> _verifications;
    readonly Counter<long> _remembered;
    readonly Counter<long> _exposed;
    readonly Counter<long> _rejectedEvents;

    public BearerMetrics(IMeterFactory meters, FeedStatus feed)
    {
        _meter = meters.Create(HandstampBearerDefaults.Meter);
        _verifications = _meter.CreateCounter<long>("handstamp.bearer.verifications", "{token}", "Tokens by outcome.");
        _remembered = _meter.CreateCounter<long>(
            "handstamp.bearer.remembered", "{token}", "Tokens whose signature did not have to be verified again.");
        _exposed = _meter.CreateCounter<long>(
            "handstamp.bearer.exposed_tokens", "{token}", "Refresh tokens that were sent to this API.");
        _rejectedEvents = _meter.CreateCounter<long>(
            "handstamp.bearer.feed.rejected_events", "{event}",
            "Events of the revocation feed that could not be verified.");
        _meter.CreateObservableGauge(
            "handstamp.bearer.feed.following", () => feed.State == FeedState.Following ? 1 : 0, "{feed}",
            "1 while revocations reach this API, otherwise 0.");
    }

    public void Judged(string outcome) => _verifications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Remembered() => _remembered.Add(1);

    public void Exposed(string place) => _exposed.Add(1, new KeyValuePair<string, object?>("place", place));

    public void EventRejected() => _rejectedEvents.Add(1);

    public void Dispose() => _meter.Dispose();
}
