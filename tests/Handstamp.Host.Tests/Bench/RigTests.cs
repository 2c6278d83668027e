using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Bench;

/// <summary>
/// The load rig, with a moment for each load. Its figures are then no measurement, but the output is complete.
/// </summary>
[Trait("Kind", "Proof")]
public sealed class RigTests
{
    static readonly string[] Loads = ["refresh", "forged", "login", "known", "new"];

    [Fact]
    public async Task The_rig_drives_the_service_an_API_and_the_floor()
    {
        var result = await RunAsync("--smoke");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        foreach (var load in Loads)
        {
            Assert.Matches($"1 floor +{load} ", result.Output);
            Assert.Matches($"1 handstamp +{load} ", result.Output);
        }
        Assert.Matches("1 routed-floor +known ", result.Output);
        Assert.Matches("1 routed-floor +new ", result.Output);
        Assert.Matches("handstamp +start to the first login", result.Output);
        Assert.Matches("handstamp +refresh .* 0.00 rows", result.Output);
    }

    [Fact]
    public async Task The_rig_drives_the_service_and_the_floor_on_PostgreSQL()
    {
        var result = await RunAsync("--postgres", "--smoke");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches("1 floor +refresh .* in the database, .* 0.00 rows", result.Output);
        Assert.Matches("1 handstamp +refresh .* in the database, .* 0.00 rows", result.Output);
        Assert.Matches("1 handstamp +forged .* 0 B of WAL, 0.00 transactions", result.Output);
        Assert.Matches("ManySessions { Sessions = 2000, ", result.Output);
    }

    [Fact]
    public async Task An_unknown_option_is_named()
    {
        var result = await RunAsync("--secnds", "1");

        Assert.Equal((1, "There is no option --secnds.\n"), (result.ExitCode, result.Error));
    }

    static Task<CommandResult> RunAsync(params string[] arguments)
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        var projects = build.Parent!.Parent!;
        var rig = Path.Combine(projects.FullName, "Handstamp.Rig", build.Name, "Handstamp.Rig");
        return CommandResult.OfAsync(rig, new(arguments)
        {
            Environment = new Dictionary<string, string>
            {
                ["BENCH_ROOT"] = projects.Parent!.Parent!.FullName,
                ["BENCH_HANDSTAMP"] = HandstampExecutable.Path,
            },
        });
    }
}
