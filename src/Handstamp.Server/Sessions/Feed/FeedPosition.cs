using System.Globalization;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// A place in the revocation log, which is the id of an event: <c>EPOCH-SEQUENCE</c>. An epoch is named by the
/// milliseconds at which it began. A database that has gone back in time gives numbers a second time, so it begins a new
/// epoch, which is later than all before.
/// </summary>
readonly record struct FeedPosition(long Epoch, long Sequence)
{
    /// <summary>When the epoch began.</summary>
    public DateTimeOffset EpochBegan => DateTimeOffset.FromUnixTimeMilliseconds(Epoch);

    /// <summary>Before all that the epoch has.</summary>
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
