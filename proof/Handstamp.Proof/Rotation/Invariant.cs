using Handstamp.TestBed;

namespace Handstamp.Proof.Rotation;

/// <summary>
/// The inductive invariants, which z3 checks: <c>Invariant/prove.py</c>. It runs in the system's Python with Debian's
/// <c>python3-z3</c>, which <c>./test</c> and <c>./prove</c> install.
/// </summary>
static class Invariant
{
    public static Task<CommandResult> ProveAsync() => RunAsync();

    /// <summary>The proof's form of the rule, on a grid: a line of JSON for each cell.</summary>
    public static Task<CommandResult> GridAsync() => RunAsync("grid");

    // -B: Python writes no files beside the script.
    static Task<CommandResult> RunAsync(params string[] arguments) => CommandResult.OfAsync(
        "/usr/bin/python3",
        new(["-B", Repository.PathOf("proof/Handstamp.Proof/Rotation/Invariant/prove.py"), .. arguments]));
}

/// <summary>
/// A decision of the proof's form of the rule. The columns of a row: seen, first, last, the token seen before, and
/// issued at.
/// </summary>
sealed record InvariantCell(
    int Window, int[] Row, int Presented, int Age, int? Limit, string Cell, int[] Next, int Answer);
