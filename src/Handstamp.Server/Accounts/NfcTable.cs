using System.Globalization;
using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>What <see cref="Nfc"/> knows of Unicode's characters. Read at the first password that is not plain.</summary>
sealed class NfcTable
{
    static readonly Lazy<NfcTable> Table = new(() => new NfcTable());

    NfcTable()
    {
        using var resource = typeof(NfcTable).Assembly.GetManifestResourceStream("NfcTable.txt")!;
        using var lines = new StreamReader(resource, Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '=') AddClass(line);
            else AddDecomposition(line.Split(' '));
        }
    }

    public static NfcTable Loaded => Table.Value;

    public Dictionary<int, (int First, int? Second)> Decompositions { get; } = [];

    /// <summary>The decompositions that are undone again.</summary>
    public Dictionary<(int First, int Second), int> Composites { get; } = [];

    /// <summary>Combining classes; that of all other characters is 0.</summary>
    public Dictionary<int, int> Classes { get; } = [];

    void AddClass(string line)
    {
        var (space, dash) = (line.IndexOf(' ', StringComparison.Ordinal), line.IndexOf('-', StringComparison.Ordinal));
        var combining = int.Parse(line.AsSpan(1, space - 1), CultureInfo.InvariantCulture);
        for (var point = Parse(line.AsSpan(space + 1, dash - space - 1)); point <= Parse(line.AsSpan(dash + 1)); point++)
            Classes[point] = combining;
    }

    void AddDecomposition(string[] parts)
    {
        var (point, first) = (Parse(parts[0]), Parse(parts[1]));
        int? second = parts[2] == "!" ? null : Parse(parts[2]);
        Decompositions[point] = (first, second);
        if (second is { } pair && parts[^1] != "!") Composites[(first, pair)] = point;
    }

    static int Parse(ReadOnlySpan<char> hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
