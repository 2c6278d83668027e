using System.Globalization;
using System.Text;

namespace Handstamp.Rig.Report;

/// <summary>A Markdown table. All columns but the first are figures.</summary>
sealed class Table
{
    readonly StringBuilder _text = new();

    public Table(params string[] columns)
    {
        Row(columns);
        Row([.. columns.Select((_, column) => column == 0 ? "---" : "--:")]);
    }

    public void Row(params string[] cells) => _text.AppendLine($"| {string.Join(" | ", cells)} |");

    public override string ToString() => _text.ToString();
}

/// <summary>Figures with three significant digits.</summary>
static class Format
{
    public static string Number(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 100 => "N0",
        >= 10 => "N1",
        >= 1 => "N2",
        >= 0.1 => "N3",
        0 => "N0",
        _ => "N4",
    }, CultureInfo.InvariantCulture);

    public static string Milliseconds(double value) => $"{Number(value)} ms";

    public static string Megabytes(double value) => $"{Number(value)} MB";

    public static string Share(double value) => double.IsNaN(value) ? "" : $"{value * 100:N1} %";

    public static string Bytes(double value) => value switch
    {
        >= 1e12 => $"{Number(value / 1e12)} TB",
        >= 1e9 => $"{Number(value / 1e9)} GB",
        >= 1e6 => $"{Number(value / 1e6)} MB",
        >= 1e3 => $"{Number(value / 1e3)} kB",
        _ => $"{Number(value)} B",
    };

    public static string Times(double value) => $"{value.ToString("N2", CultureInfo.InvariantCulture)} ×";
}
