using System.Diagnostics.Metrics;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Sqlite;

/// <summary>Listens to the commits of one engine.</summary>
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

    /// <summary>How many operations each commit took along.</summary>
    public IReadOnlyList<long> Batches => _batches;

    public void Dispose() => _listener.Dispose();
}
