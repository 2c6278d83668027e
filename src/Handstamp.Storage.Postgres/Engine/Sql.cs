using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A statement with named parameters. The server gets numbers instead, which the driver does not have to parse.
/// </summary>
sealed partial class Sql
{
    readonly FrozenDictionary<string, int> _positions;
    readonly ConcurrentBag<Call> _done = [];

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

    /// <summary>
    /// A call of the statement. An idle one is used again if there is one, because it already has its parameters.
    /// </summary>
    public Call Call() => _done.TryTake(out var call) ? call : new Call(this);

    /// <summary>The call has done its work, and may be used again.</summary>
    public void TakeBack(Call call) => _done.Add(call);

    [GeneratedRegex("@[a-z_]+")]
    private static partial Regex Names();
}
