using System.Globalization;
using System.Text;

namespace Handstamp.Rig.Report;

/// <summary>A Markdown table; all but the first column are figures.</summary>
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

/// <summary>Figures as they are read: three digits, no more.</summary>
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

    public static string Times(double value) => $"{value.ToString("N2", CultureInfo.InvariantCulture)} ×";
}
