using System.Diagnostics;

namespace Handstamp.TestBed;

/// <summary>Waits for what other threads do: until it has happened, or for so long that it never will.</summary>
public static class Eventually
{
    /// <summary>Far beyond what anything takes on a machine that has other things to do.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromMinutes(2);

    /// <param name="condition">What has to come about.</param>
    /// <param name="what">The same, in words.</param>
    /// <param name="nudge">
    /// Helps it along, again and again: moves a clock, where nobody can tell whether the one that waits for it is
    /// already waiting. There is time between for an answer to arrive.
    /// </param>
    public static Task TrueAsync(Func<bool> condition, string what, Action? nudge = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, nudge);

    /// <summary>Waits until the count has reached the goal, however long that takes, if only it grows now and then.</summary>
    public static async Task ReachedAsync(Func<int> count, int goal, string what)
    {
        for (var reached = count(); reached < goal; reached = count())
            await TrueAsync(() => count() > reached, $"{what}: it stays at {reached} of {goal}");
    }

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Action?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Action? nudge = null)
    {
        var since = Stopwatch.GetTimestamp();
        for (var polls = 0; !await condition(); polls++)
        {
            if (Stopwatch.GetElapsedTime(since) > Timeout)
                throw new TimeoutException($"It never came about that {what}.");
            if (polls % 20 == 0)
                nudge?.Invoke();
            await Task.Delay(5);
        }
    }
}
