namespace Handstamp.Server.Sessions;

/// <summary>
/// Times rounded to the hour: exact times would tell a thief of an access token when the victim refreshes, and so when
/// to use a stolen refresh token unnoticed.
/// </summary>
static class WholeHour
{
    public static DateTimeOffset Before(DateTimeOffset time, DateTimeOffset atLeast)
    {
        var hour = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerHour));
        return hour < atLeast ? atLeast : hour;
    }

    public static DateTimeOffset After(DateTimeOffset time, DateTimeOffset atMost)
    {
        var hour = Before(time, DateTimeOffset.MinValue).AddHours(1);
        return hour < atMost ? hour : atMost;
    }
}
