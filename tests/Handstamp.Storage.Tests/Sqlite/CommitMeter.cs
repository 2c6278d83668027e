using System.Diagnostics.Metrics;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>Measures the commits of one engine.</summary>
sealed class CommitMeter : IDisposable
{
    readonly MeterListener _listener = new();
    readonly List<long> _batches = [];

    public CommitMeter(SqliteEngine engine)
    {
        _listener.SetMeasurementEventCallback<long>((_, batch, _, _) => _batches.Add(batch));
        _listener.EnableMeasurementEvents(engine.Get<Telemetry>().CommitBatch);
        _listener.Start();
    }

    /// <summary>The number of operations in each commit.</summary>
    public IReadOnlyList<long> Batches => _batches;

    public void Dispose() => _listener.Dispose();
}
