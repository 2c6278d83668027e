using System.Globalization;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// A position in the revocation log, which is the id of an event: <c>EPOCH-SEQUENCE</c>. The name of an epoch is the
/// time at which it began, in milliseconds. A database that has gone back in time gives numbers a second time, so it
/// begins a new epoch, which is later than all before.
/// </summary>
readonly record struct FeedPosition(long Epoch, long Sequence)
{
    /// <summary>When the epoch began.</summary>
    public DateTimeOffset EpochBegan => DateTimeOffset.FromUnixTimeMilliseconds(Epoch);

    /// <summary>The position before everything in the epoch.</summary>
    public FeedPosition Start => this with { Sequence = 0 };

    public static bool TryParse(ReadOnlySpan<char> text, out FeedPosition position)
    {
        position = default;
        var dash = text.IndexOf('-');
        if (dash < 0 || !TryParseNumber(text[..dash], out var epoch) || !TryParseNumber(text[(dash + 1)..], out var sequence))
            return false;
        position = new FeedPosition(epoch, sequence);
        return true;
    }

    public bool IsBehind(FeedPosition other) => (Epoch, Sequence).CompareTo((other.Epoch, other.Sequence)) < 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}-{Sequence}");

    static bool TryParseNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
