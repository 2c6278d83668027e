using System.Diagnostics;

namespace Handstamp.Rig.Load;

/// <summary>
/// One thread that drives all callers, each on its own connection: in a closed loop, or at a fixed total rate of
/// requests per second.
/// </summary>
sealed class Generator : IDisposable
{
    // The time until the thread checks again whether the run is over, if nothing has arrived.
    static readonly long Timeout = Stopwatch.Frequency / 10;

    readonly Lane[] _lanes;
    readonly Poll.Entry[] _entries;
    readonly long _interval;
    readonly List<long> _latencies = new(1 << 20);
    bool _exhausted;

    public Generator(int port, IReadOnlyList<Caller> callers, double? perSecond = null)
        : this([port], callers, perSecond)
    {
    }

    /// <summary>The callers are divided among the servers.</summary>
    public Generator(IReadOnlyList<int> ports, IReadOnlyList<Caller> callers, double? perSecond = null)
    {
        _lanes = [.. callers.Select((caller, number) =>
            new Lane(caller, new Connection(ports[number % ports.Count], number + 1)))];
        _entries = Poll.For(_lanes.Select(lane => lane.Connection));
        _interval = perSecond is { } pace ? (long)(Stopwatch.Frequency * callers.Count / pace) : 0;
    }

    /// <summary>
    /// Runs until the time is over and at least one request was answered, a caller has nothing left to send, or the run
    /// is cancelled. Requests that are on their way then are not counted; the next run takes them over.
    /// </summary>
    public Load Run(TimeSpan duration, CancellationToken cancel = default)
    {
        _latencies.Clear();
        _exhausted = false;
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        for (var i = 0; i < _lanes.Length; i++)
            if (!_lanes[i].Sent) _lanes[i].Due = start + (_interval * i / _lanes.Length);

        var now = start;
        while ((now < end || _latencies.Count == 0) && !_exhausted && !cancel.IsCancellationRequested)
        {
            SendDue(now);
            Wait(now, Math.Max(end, now + Timeout));
            Receive(counted: true);
            now = Stopwatch.GetTimestamp();
        }

        return new Load(_latencies.Count, Stopwatch.GetElapsedTime(start, now));
    }

    /// <summary>Waits for the answers that are on their way; returns how many there were.</summary>
    public int Drain()
    {
        var late = _lanes.Count(lane => lane.Sent);
        while (_lanes.Any(lane => lane.Sent))
        {
            Poll.Wait(_entries, TimeSpan.FromSeconds(1));
            Receive(counted: false);
        }

        return late;
    }

    /// <summary>The time within which the given share of the last run's requests was answered.</summary>
    public TimeSpan Percentile(double share)
    {
        if (_latencies.Count == 0) return TimeSpan.Zero;
        _latencies.Sort();
        return Stopwatch.GetElapsedTime(0, _latencies[(int)(share * (_latencies.Count - 1))]);
    }

    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Connection.Dispose();
    }

    void SendDue(long now)
    {
        foreach (var lane in _lanes)
            if (!lane.Sent && lane.Due <= now) Send(lane, now);
    }

    void Send(Lane lane, long now)
    {
        var request = lane.Caller.Next();
        _exhausted |= request.IsEmpty;
        if (request.IsEmpty) return;
        // At a fixed rate, the wait for a late answer counts as part of the next request's time.
        if (_interval == 0) lane.Due = now;
        lane.Sent = true;
        lane.Connection.Send(request);
    }

    void Wait(long now, long end)
    {
        var until = end;
        if (_interval > 0)
            foreach (var lane in _lanes)
                if (!lane.Sent) until = Math.Min(until, lane.Due);
        Poll.Wait(_entries, TimeSpan.FromSeconds((until - now) / (double)Stopwatch.Frequency));
    }

    void Receive(bool counted)
    {
        for (var i = 0; i < _lanes.Length; i++)
        {
            if (_entries[i].Returned == 0) continue;
            var lane = _lanes[i];
            if (!lane.Connection.TryReceive(out var status, out var body)) continue;
            lane.Caller.Take(status, body);
            lane.Sent = false;
            if (!counted) continue;

            var now = Stopwatch.GetTimestamp();
            _latencies.Add(now - lane.Due);
            lane.Due += _interval;
            if (_interval == 0) Send(lane, now);
        }
    }

    sealed class Lane(Caller caller, Connection connection)
    {
        public readonly Caller Caller = caller;
        public readonly Connection Connection = connection;
        public long Due;
        public bool Sent;
    }
}

/// <summary>What a run of the generator saw.</summary>
sealed record Load(int Operations, TimeSpan Elapsed);
