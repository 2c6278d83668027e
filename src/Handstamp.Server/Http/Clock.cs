namespace Handstamp.Server.Http;

static class Clock
{
    /// <summary>
    /// The time in whole milliseconds, as the stores keep it, so that a stored time equals itself when it is read
    /// again. It is read once per request and passed on.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider clock) =>
        DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
