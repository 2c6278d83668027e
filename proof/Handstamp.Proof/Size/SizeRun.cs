using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;
using Handstamp.TestBed;

namespace Handstamp.Proof.Size;

/// <summary>Refreshes random sessions among many, and measures the cost and what is left behind.</summary>
sealed class SizeRun : IDisposable
{
    const int Callers = 32;

    static readonly TimeSpan ChunkLength = TimeSpan.FromSeconds(10);

    readonly List<SizeChunk> _chunks = [];
    readonly Population _people;
    readonly ServerProcess _server;
    readonly Generator _generator;
    readonly (long Rows, long Bytes) _before;

    public SizeRun(Population people)
    {
        _people = people;
        var place = new Place(ServerProcess.FreePort(), people.Folder);
        _server = new ServerProcess(Serve(place), place.Port);
        _server.FirstAnswer(new Message("GET", "/health/ready"));
        var refreshed = new int[people.Count];
        _generator = new Generator(place.Port,
            [.. Enumerable.Range(0, Callers).Select(share => new WanderingCaller(people, refreshed, share, Callers))]);
        _generator.Run(ChunkLength / 2);
        _generator.Drain();
        _before = (people.CountRows(), people.Bytes);
    }

    /// <summary>Refreshes at least the given number of times.</summary>
    public void Refresh(int times)
    {
        for (var done = 0; done < times; done += _chunks[^1].Refreshes) RefreshForAWhile();
    }

    /// <summary>
    /// Refreshes for ten seconds, with the file in memory: the run compares the processor's work, not the disk's.
    /// </summary>
    public SizeChunk RefreshForAWhile()
    {
        _people.ReadFile();
        var before = (_server.Cpu, _server.WrittenBytes);
        var load = _generator.Run(ChunkLength);
        var (cpu, written) = (_server.Cpu - before.Cpu, _server.WrittenBytes - before.WrittenBytes);
        var refreshes = load.Operations + _generator.Drain();
        _chunks.Add(new SizeChunk(refreshes, cpu / refreshes, written / (double)refreshes,
            _generator.Percentile(0.5), _generator.Percentile(0.99)));
        return _chunks[^1];
    }

    public SizeResult Result() => new(
        _people.Count, _people.BytesOfSession, _before.Bytes, _people.Bytes, _people.CountRows() - _before.Rows,
        _chunks.Sum(chunk => chunk.Refreshes), MedianChunk(), _server.ResidentMegabytes);

    public void Dispose()
    {
        _generator.Dispose();
        _server.Dispose();
    }

    public static T Median<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    SizeChunk MedianChunk() => new(
        Median(_chunks.Select(chunk => chunk.Refreshes)), Median(_chunks.Select(chunk => chunk.Cpu)),
        Median(_chunks.Select(chunk => chunk.Written)), Median(_chunks.Select(chunk => chunk.P50)),
        Median(_chunks.Select(chunk => chunk.P99)));

    // A window of zero: every refresh is a rotation that writes.
    static ServerCommand Serve(Place place) => new(HandstampExecutable.Path,
        ["serve", "--data", place.Data, "--urls", place.Url, "--Sessions:RetryWindow=0", "--Logging:Level=Warning"]);
}

/// <summary>Ten seconds, with 32 callers.</summary>
/// <param name="Refreshes">The number of refreshes.</param>
/// <param name="Cpu">The server's processor time for one refresh.</param>
/// <param name="Written">Bytes to the disk for one refresh.</param>
/// <param name="P50">Half of the refreshes took at most this long.</param>
/// <param name="P99">99 of 100 refreshes took at most this long.</param>
sealed record SizeChunk(int Refreshes, TimeSpan Cpu, double Written, TimeSpan P50, TimeSpan P99);

/// <param name="Sessions">The number of sessions in the database.</param>
/// <param name="BytesOfSession">The number of bytes that a session adds to the file, indexes included.</param>
/// <param name="BytesBefore">The file's length before the refreshes.</param>
/// <param name="BytesAfter">The file's length after the refreshes.</param>
/// <param name="RowsAdded">The rows that the refreshes added.</param>
/// <param name="Refreshes">The total number of refreshes.</param>
/// <param name="Chunk">The medians of the chunks.</param>
/// <param name="Megabytes">The server's memory at the end.</param>
sealed record SizeResult(
    int Sessions, double BytesOfSession, long BytesBefore, long BytesAfter, long RowsAdded, int Refreshes,
    SizeChunk Chunk, double Megabytes);
