namespace Handstamp.Host.Settings;

/// <summary>Suggests a known name for a misspelled one.</summary>
static class Spelling
{
    /// <summary>The nearest known name, or null if none is close.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var (nearest, distance) = known.Select(other => (other, Distance(name, other))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, name.Length / 3) ? nearest : null;
    }

    /// <summary>Compares whole keys, or only their last parts if the section is missing.</summary>
    static int Distance(string name, string candidate)
    {
        var whole = Edits(name, candidate);
        return name.Contains(':', StringComparison.Ordinal)
            ? whole
            : Math.Min(whole, 1 + Edits(name, candidate[(candidate.LastIndexOf(':') + 1)..]));
    }

    /// <summary>The Levenshtein distance, ignoring case.</summary>
    static int Edits(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }
        return row[^1];
    }
}
