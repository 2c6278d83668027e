using Handstamp.Rig.Load;
using Handstamp.Rig.Processes;
using Handstamp.Rig.Targets;
using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Size;

/// <summary>Refreshes sessions at random among so many, and looks at what that costs and what it leaves behind.</summary>
sealed class SizeRun(string folder)
{
    const int Callers = 32;

    static readonly TimeSpan s_chunk = TimeSpan.FromSeconds(10);

    readonly Population _people = new(folder);

    // How often each session was refreshed, in earlier runs too.
    int[] _refreshed = [];

    public Task FoundAsync() => _people.FoundAsync();

    /// <summary>Fills the database up to <paramref name="sessions"/> and refreshes so many times.</summary>
    public SizeResult Run(int sessions, int refreshes)
    {
        var bytesOfSession = _people.GrowTo(sessions);
        var place = new Place(ServerProcess.FreePort(), folder);
        using var server = new ServerProcess(Serve(place), place.Port);
        server.FirstAnswer(new Message("GET", "/health/ready"));
        Array.Resize(ref _refreshed, sessions);
        var callers = Enumerable.Range(0, Callers)
            .Select(share => new WanderingCaller(_people, _refreshed, share, Callers)).ToList();
        using var generator = new Generator(place.Port, callers);

        generator.Run(s_chunk / 2);
        generator.Drain();
        var before = (Rows: _people.CountRows(), Bytes: _people.Bytes, Cpu: server.Cpu, Written: server.WrittenBytes);
        var done = 0;
        List<TimeSpan> p50 = [], p99 = [];
        while (done < refreshes)
        {
            done += generator.Run(s_chunk).Operations;
            p50.Add(generator.Percentile(0.5));
            p99.Add(generator.Percentile(0.99));
        }
        var (cpu, written) = (server.Cpu - before.Cpu, server.WrittenBytes - before.Written);
        done += generator.Drain();

        return new SizeResult(
            sessions, done, bytesOfSession, before.Bytes, _people.Bytes, _people.CountRows() - before.Rows,
            cpu / done, written / (double)done, Median(p50), Median(p99), server.ResidentMegabytes);
    }

    // A window of zero: every refresh is a rotation that writes.
    static ServerCommand Serve(Place place) => new(HandstampExecutable.Path,
        ["serve", "--data", place.Data, "--urls", place.Url, "--Sessions:RetryWindow=0", "--Logging:Level=Warning"]);

    static TimeSpan Median(List<TimeSpan> values) => values.Order().ElementAt(values.Count / 2);
}

/// <param name="Sessions">In the database.</param>
/// <param name="Refreshes">Done.</param>
/// <param name="BytesOfSession">By how much a session makes the file longer, indexes included.</param>
/// <param name="BytesBefore">The file's length before the refreshes.</param>
/// <param name="BytesAfter">And after them.</param>
/// <param name="RowsAdded">By the refreshes.</param>
/// <param name="Cpu">The server's processor time for one refresh.</param>
/// <param name="Written">Bytes to the disk for one refresh.</param>
/// <param name="P50">Half of the refreshes took at most so long, with 32 callers: the median of the runs of 10 s.</param>
/// <param name="P99">99 of 100 took at most so long.</param>
/// <param name="Megabytes">The server's memory at the end.</param>
sealed record SizeResult(
    int Sessions, int Refreshes, double BytesOfSession, long BytesBefore, long BytesAfter, long RowsAdded, TimeSpan Cpu,
    double Written, TimeSpan P50, TimeSpan P99, double Megabytes);
