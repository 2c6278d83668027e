using System.Text.Json;
using Handstamp.Server.Sessions;

namespace Handstamp.Proof.Rotation;

/// <summary>The promise to honest clients without a bound on time, messages or the window.</summary>
public sealed class InvariantTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_invariants_hold_after_every_step_within_the_bounds_and_sessions_can_end_beyond_them()
    {
        var proof = await Invariant.ProveAsync();
        output.WriteLine(proof.Output + proof.Error);
        Assert.Equal(0, proof.ExitCode);
    }

    [Fact]
    public async Task The_proved_rule_is_the_rule_that_the_service_runs()
    {
        var grid = await Invariant.GridAsync();
        Assert.True(grid.ExitCode == 0, grid.Error);
        var cells = grid.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<InvariantCell>(line)!).ToList();
        Assert.All(cells, Agrees);
        Assert.Equal(Enum.GetNames<RotationVerdict>().Order(), cells.Select(cell => cell.Cell).Distinct().Order());
    }

    static void Agrees(InvariantCell cell)
    {
        var options = new RotationOptions(TimeSpan.FromSeconds(cell.Window), cell.Limit ?? int.MaxValue);
        var decision = RotationRules.Decide(StateOf(cell.Row), cell.Presented, DateTimeOffset.UnixEpoch.AddSeconds(cell.Age), options);
        Assert.Equal(cell.Cell, decision.Verdict.ToString());
        Assert.Equal(cell.Answer, decision.Answer);
        Assert.Equal(StateOf(cell.Next), decision.Next);
    }

    static RotationState StateOf(int[] row) =>
        new(row[0], row[1], row[2], DateTimeOffset.UnixEpoch.AddSeconds(row[4]), row[3]);
}
