namespace Handstamp.Server.Http;

static class Clock
{
    /// <summary>
    /// The time in whole milliseconds, as the stores keep it: a time that was stored and read again equals itself.
    /// Read once per request and passed down.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider clock) =>
        DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
