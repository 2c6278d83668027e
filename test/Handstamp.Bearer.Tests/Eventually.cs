using System.Diagnostics;
using Xunit;

namespace Handstamp.Bearer.Tests;

/// <summary>Waits for what other threads do: until it has happened, or for so long that it never will.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                Assert.Fail($"It never came about that {what}.");
            await Task.Delay(5);
        }
    }
}
