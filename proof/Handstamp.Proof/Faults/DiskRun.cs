using System.Diagnostics;
using Handstamp.TestBed;
using Handstamp.TestBed.Load;

namespace Handstamp.Proof.Faults;

/// <summary>The faults of a disk.</summary>
public enum DiskFault
{
    /// <summary>Every write that makes a file longer fails with ENOSPC.</summary>
    Full,

    /// <summary>Every <c>fsync</c> and <c>fdatasync</c> fails with EIO.</summary>
    FailingSync,
}

/// <summary>
/// Plain clients refresh while the disk alternately fails and works for a while. Nobody helps the service. At the end,
/// it is killed, so that only the contents of the disk count.
/// </summary>
sealed record DiskRun(int Seed, DiskFault Fault, int Spells, int Sessions, TimeSpan Window)
{
    public async Task<DiskResult> RunAsync(CancellationToken cancel)
    {
        using var folder = new TempDirectory();
        var trigger = folder.File("trigger");
        await using var service = await Service.StartAsync(Window, environment: await PreloadAsync(folder, trigger));
        var tally = new Tally(int.MaxValue);
        using var fleet = await Fleet.LogInAsync(service.Address, [service.Address], Sessions, Window, Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var clients = fleet.RunAsync(tally, enough.Token);

        for (var spell = 0; spell < Spells; spell++)
        {
            await UntilAsync(() => tally.Refreshes, more: Sessions, "refreshes");
            await File.WriteAllTextAsync(trigger, Fault.ToString(), cancel);
            await UntilAsync(() => tally.TransientRefusals.Values.Sum(), more: Sessions, "refusals for now");
            File.Delete(trigger);
        }
        // The service has recovered when refreshes work again.
        await UntilAsync(() => tally.Refreshes, more: Sessions, "refreshes");

        await enough.CancelAsync();
        await clients;
        var lost = new List<string>();
        await service.RestartAsync(whileDown: () => lost.AddRange(Lost.Of(fleet, service)));
        return new DiskResult(tally, lost);
    }

    static Task UntilAsync(Func<int> count, int more, string what) => Eventually.ReachedAsync(count, count() + more, what);

    /// <summary>Compiles the library that sits between the service and the C library.</summary>
    static async Task<Dictionary<string, string>> PreloadAsync(TempDirectory folder, string trigger)
    {
        var library = folder.File("failing-disk.so");
        var source = Repository.PathOf("proof/Handstamp.Proof/Faults/failing-disk.c");
        using var gcc = Process.Start("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"]);
        await gcc.WaitForExitAsync();
        if (gcc.ExitCode != 0) throw new InvalidOperationException("gcc could not compile failing-disk.c.");
        return new() { ["LD_PRELOAD"] = library, ["FAILING_DISK_TRIGGER"] = trigger };
    }
}

sealed record DiskResult(Tally Tally, IReadOnlyList<string> Lost);
