using System.Globalization;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A part of a cluster's history. Each promotion begins a new one, with a greater number; the server that was replaced
/// stays on the old one.
/// </summary>
/// <param name="Cluster">The number that a cluster and all copies of it have.</param>
/// <param name="Number">The number of the timeline.</param>
readonly record struct Timeline(long Cluster, uint Number)
{
    /// <summary>Whether a server on this one was replaced by a server on the other.</summary>
    public bool IsOlderThan(Timeline other) => Cluster == other.Cluster && Number < other.Number;

    public static Timeline? TryParse(string? text) =>
        text?.Trim().Split('/') is [var cluster, var number]
        && long.TryParse(cluster, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed)
        && uint.TryParse(number, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var timeline)
            ? new Timeline(parsed, timeline)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cluster}/{Number:X8}");
}
