using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>How mutants are read and judged. If they were read wrongly, the page would describe other mutants.</summary>
public sealed class MutantTests : IDisposable
{
    const string Report = """
        {"files":{"Keys/KeyRules.cs":{"source":"class A\n{\n    bool Is(int a) =>\n        a > 1;\n}\n","mutants":[
        {"id":"7","status":"NoCoverage","replacement":"a >= 1","location":{"start":{"line":4,"column":9},"end":{"line":4,"column":14}}},
        {"id":"8","status":"CompileError","replacement":"","location":{"start":{"line":4,"column":9},"end":{"line":4,"column":14}}},
        {"id":"9","status":"NoCoverage","replacement":"{}","location":{"start":{"line":2,"column":1},"end":{"line":5,"column":2}}}]}}}
        """;

    static readonly Area KeysArea = Area.All.Single(area => area.Name == "keys");

    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_mutant_shows_its_line_before_and_after()
    {
        var mutants = Read(Report);

        Assert.Equal([(7, 4, "a > 1;", "a >= 1;"), (9, 2, "{ bool Is(int a) => a > 1; }", "{}")],
            mutants.Select(mutant => (mutant.Id, mutant.Line, mutant.Before, mutant.After)));
        Assert.All(mutants, mutant => Assert.True(KeysArea.Holds(mutant)));
    }

    [Fact]
    public void A_mutant_of_a_changed_file_is_another_mutant()
    {
        var changed = Read(Report.Replace("class A", "class B", StringComparison.Ordinal));

        Assert.Empty(Read(Report).Select(mutant => mutant.Key).Intersect(changed.Select(mutant => mutant.Key)));
    }

    [Fact]
    public void A_judgement_applies_to_the_mutants_above_it_and_no_others()
    {
        var (first, second) = (Read(Report)[0], Read(Report)[1]);
        var judgements = new Judgements(
        [
            "# A comment.", "keys/Keys/KeyRules.cs", "  - a > 1;", "  + a > 1 || true;", "  + a >= 1;", "  Equivalent: it is never 1.", "",
            "accounts/Keys/KeyRules.cs", $"  - {second.Before}", $"  + {second.After}", "  In another area.",
        ]);

        Assert.Equal("Equivalent: it is never 1.", judgements.Of(KeysArea, first));
        Assert.Null(judgements.Of(KeysArea, second));
    }

    IReadOnlyList<Mutant> Read(string report) => Mutant.ReadAll(_directory.Write("report.json", report), "/");
}
