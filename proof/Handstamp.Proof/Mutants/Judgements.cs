using Handstamp.TestBed;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// A person's judgements of the mutants that no test notices. A file, by its area; under it, indented, the line before
/// (<c>-</c>) and after (<c>+</c>) of one or more mutants, and the judgement of them.
/// </summary>
sealed class Judgements
{
    const string Place = "proof/Handstamp.Mutants/judgements.txt";

    readonly Dictionary<(string File, string Before, string After), string> _words = [];

    public static Judgements Read() => new(Repository.Read(Place).Split('\n'));

    public Judgements(IEnumerable<string> lines)
    {
        var (file, before) = ("", "");
        List<(string, string, string)> open = [];
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
            switch (line.Trim())
            {
                case ['-', ' ', .. var text]: before = text; break;
                case ['+', ' ', .. var text]: open.Add((file, before, text)); break;
                case ['+']: open.Add((file, before, "")); break;
                case var text when line[0] == ' ':
                    foreach (var mutant in open) _words[mutant] = text;
                    open.Clear();
                    break;
                case var text: file = text; break;
            }
    }

    /// <summary>Null: not judged.</summary>
    public string? Of(Area area, Mutant mutant) => _words.GetValueOrDefault(($"{area.Name}/{mutant.File}", mutant.Before, mutant.After));
}
