using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>A statement, written with names; the server gets numbers instead, which the driver need not parse.</summary>
sealed partial class Sql
{
    readonly FrozenDictionary<string, int> _positions;

    public Sql(string text)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        Text = Names().Replace(text, name =>
        {
            positions.TryAdd(name.Value, positions.Count);
            return string.Create(CultureInfo.InvariantCulture, $"${positions[name.Value] + 1}");
        });
        _positions = positions.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string Text { get; }

    public int Parameters => _positions.Count;

    public int PositionOf(string name) => _positions[name];

    public Call Call() => new(this);

    [GeneratedRegex("@[a-z_]+")]
    private static partial Regex Names();
}
