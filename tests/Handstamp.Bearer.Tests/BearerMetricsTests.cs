using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Handstamp.Bearer.Feed;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class BearerMetricsTests
{
    [Fact]
    public async Task Each_token_is_counted_by_its_outcome_and_remembered_and_exposed_ones_separately()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var api = await TestApi.FollowAsync(issuer);
        using var counts = new Counts(api.Get<IMeterFactory>());

        var token = issuer.Issue();
        for (var i = 0; i < 3; i++)
            await api.GetAsync("/me", token);
        await api.GetAsync("/me", "nonsense");
        await api.GetAsync("/me");
        await api.GetAsync("/me", TestIssuer.RefreshToken(Guid.NewGuid()));
        issuer.Tell("session-revoked", "nonsense");
        await Eventually.TrueAsync(() => counts.Of("handstamp.bearer.feed.rejected_events") == 1, "the event is counted");

        Assert.Equal(3, counts.Of("handstamp.bearer.verifications", "outcome: accepted"));
        Assert.Equal(1, counts.Of("handstamp.bearer.verifications", "outcome: malformed"));
        Assert.Equal(1, counts.Of("handstamp.bearer.verifications", "outcome: refresh_token"));
        Assert.Equal(0, counts.Of("handstamp.bearer.verifications", "outcome: none"));
        Assert.Equal(1, counts.Of("handstamp.bearer.remembered"));
        Assert.Equal(1, counts.Of("handstamp.bearer.exposed_tokens", "place: Authorization header"));
    }

    [Fact]
    public async Task The_state_of_the_feed_can_be_watched()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var api = await TestApi.FollowAsync(issuer);
        using var counts = new Counts(api.Get<IMeterFactory>());
        Assert.Equal(1, counts.Gauge("handstamp.bearer.feed.following"));
        issuer.IsAway = true;
        issuer.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, counts.Gauge("handstamp.bearer.feed.following"));
    }

    [Fact]
    public async Task Each_instrument_says_what_it_counts_and_in_what_unit()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => instruments.Add(instrument) };
        using var metrics = new BearerMetrics(new Meters(), new FeedStatus(TimeProvider.System));
        listener.Start();

        var own = instruments.Where(instrument => instrument.Meter.Tags?.Contains(Meters.Mark) is true).ToList();
        Assert.Equal(5, own.Count);
        // An annotation in braces is how UCUM writes a unit for things that are counted.
        Assert.All(own, instrument => Assert.Matches(@"\A\{[a-z]+\}\z", instrument.Unit!));
        Assert.All(own, instrument => Assert.Matches(@"\A[A-Z1].{10,}\.\z", instrument.Description!));
    }

    /// <summary>Meters that a listener can tell from those of other tests.</summary>
    sealed class Meters : IMeterFactory
    {
        public static readonly KeyValuePair<string, object?> Mark = new("test", nameof(Each_instrument_says_what_it_counts_and_in_what_unit));

        public Meter Create(MeterOptions options) => new(new MeterOptions(options.Name) { Tags = [Mark] });

        public void Dispose()
        {
        }
    }

    sealed class Counts : IDisposable
    {
        readonly MeterListener _listener = new();
        readonly ConcurrentDictionary<(string Name, string Tag), long> _counts = new();
        readonly ConcurrentDictionary<string, int> _gauges = new();

        public Counts(IMeterFactory meters)
        {
            var meter = meters.Create(HandstampBearerDefaults.Meter);
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
                _counts.AddOrUpdate((instrument.Name, tags.Length == 0 ? "" : $"{tags[0].Key}: {tags[0].Value}"), value, (_, sum) => sum + value));
            _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => _gauges[instrument.Name] = value);
            _listener.Start();
        }

        public long Of(string name, string tag = "") => _counts.GetValueOrDefault((name, tag));

        public int Gauge(string name)
        {
            _listener.RecordObservableInstruments();
            return _gauges[name];
        }

        public void Dispose() => _listener.Dispose();
    }
}
