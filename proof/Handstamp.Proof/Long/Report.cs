using System.Diagnostics;
using System.Globalization;
using System.Text;
using Handstamp.Rig;
using Handstamp.TestBed;

namespace Handstamp.Proof.Long;

/// <summary>
/// The page of a long run. It says how to repeat the run, and is printed and saved whether the proof holds or not.
/// </summary>
sealed class Report(string name, string title)
{
    readonly StringBuilder _page = new($"# {title}\n\n");

    /// <summary>Adds a paragraph; prints it at once, too, so that a long run shows its progress.</summary>
    public Report Say(string text)
    {
        _page.Append(text).Append("\n\n");
        Console.WriteLine(text);
        return this;
    }

    public Report Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object>> rows)
    {
        List<string> lines = [Line(columns), Line([.. columns.Select(_ => "---")]), .. rows.Select(Line)];
        return Say(string.Join('\n', lines));
    }

    /// <summary>A file beside the page, such as a chart's data.</summary>
    public string File(string extension) => Path.Combine(Folder, $"{name}.{extension}");

    /// <summary>Ends the page with the date, the commit and the command; returns the exit code.</summary>
    public int Save(bool holds, string command)
    {
        var took = DateTime.Now - Process.GetCurrentProcess().StartTime;
        Say($"{(holds ? "Holds" : "**Does not hold**")}. Run on {DateTime.UtcNow:yyyy-MM-dd} at commit {Machine.Commit(Repository.PathOf("."))} in {Text(took)}:");
        Say($"```\n./prove {command}\n```");
        System.IO.File.WriteAllText(File("md"), _page.ToString().TrimEnd() + "\n");
        return holds ? 0 : 1;
    }

    static string Folder => Directory.CreateDirectory(Repository.PathOf("docs/proof")).FullName;

    static string Line(IReadOnlyList<object> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell}")))} |";

    static string Text(TimeSpan time) =>
        time < TimeSpan.FromMinutes(2) ? $"{time.TotalSeconds:0} s" : $"{time.TotalMinutes:0} min";
}
