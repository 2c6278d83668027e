using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Handstamp.Proof.Mutants;

/// <summary>
/// One change in the sources, compiled in and off until its number is asked for. <paramref name="Key"/> stays the same
/// as long as its file does; <paramref name="Before"/> and <paramref name="After"/>, which a person reads, stay longer.
/// </summary>
sealed partial record Mutant(int Id, string File, int Line, string Before, string After, string Key)
{
    const int Readable = 150;

    /// <summary>The mutants of a Stryker report (mutation-testing-report-schema) that could be compiled.</summary>
    public static IReadOnlyList<Mutant> ReadAll(string report, string projectFolder)
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(report));
        return
        [
            .. from file in json.RootElement.GetProperty("files").EnumerateObject()
               from mutant in file.Value.GetProperty("mutants").EnumerateArray()
               where mutant.GetProperty("status").GetString() is not ("CompileError" or "Ignored")
               select Read(mutant, Path.GetRelativePath(projectFolder, Path.Combine(projectFolder, file.Name)), file.Value.GetProperty("source").GetString()!),
        ];
    }

    static Mutant Read(JsonElement mutant, string file, string source)
    {
        var lines = source.Split('\n');
        var (start, end) = (Place.Of(mutant, "start"), Place.Of(mutant, "end"));
        var replacement = mutant.GetProperty("replacement").GetString()!;
        var (head, tail) = (lines[start.Line][..start.Column], lines[end.Line][end.Column..]);
        var before = OneLine(string.Join('\n', lines[start.Line..(end.Line + 1)]));
        var after = OneLine(head + replacement + tail);
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"{file}\n{source}\n{start}-{end}\n{replacement}"));
        return new Mutant(
            int.Parse(mutant.GetProperty("id").GetString()!, null), file, start.Line + 1,
            Short(before), Short(after), Convert.ToHexStringLower(key.AsSpan(0, 16)));
    }

    static string OneLine(string text) => Space().Replace(text, " ").Trim();

    static string Short(string text) => text.Length <= Readable ? text : text[..Readable] + "…";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    sealed record Place(int Line, int Column)
    {
        public static Place Of(JsonElement mutant, string which)
        {
            var place = mutant.GetProperty("location").GetProperty(which);
            return new Place(place.GetProperty("line").GetInt32() - 1, place.GetProperty("column").GetInt32() - 1);
        }
    }
}
