namespace Handstamp.Storage.EntityFramework.Rows;

/// <summary>Times as the rows have them: milliseconds UTC.</summary>
static class Time
{
    public static DateTimeOffset Of(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? Of(long? milliseconds) => milliseconds is { } known ? Of(known) : null;

    public static long ToMilliseconds(this TimeSpan span) => span.Ticks / TimeSpan.TicksPerMillisecond;
}
