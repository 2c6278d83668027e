using System.Diagnostics.Metrics;

namespace Handstamp.Server.Tests;

/// <summary>Adds up the values of one instrument, by its tag.</summary>
sealed class Measured : IDisposable
{
    readonly MeterListener _listener = new();
    readonly Dictionary<string, long> _sums = [];

    public Measured(Instrument<long> instrument)
    {
        _listener.SetMeasurementEventCallback<long>((_, measured, tags, _) => Add(measured, $"{(tags.Length == 1 ? tags[0].Value : null)}"));
        _listener.Start();
        _listener.EnableMeasurementEvents(instrument);
    }

    public IReadOnlyDictionary<string, long> Sums { get { lock (_sums) return _sums.ToDictionary(); } }

    public void Dispose() => _listener.Dispose();

    void Add(long measured, string tag)
    {
        lock (_sums) _sums[tag] = _sums.GetValueOrDefault(tag) + measured;
    }
}
