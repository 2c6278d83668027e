using System.Diagnostics;

namespace Handstamp.TestBed;

/// <summary>Waits for what other threads do: until it has happened, or for so long that it never will.</summary>
public static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="condition">What has to come about.</param>
    /// <param name="what">The same, in words.</param>
    /// <param name="nudge">
    /// Helps it along, again and again: moves a clock, where nobody can tell whether the one that waits for it is
    /// already waiting. There is time between for an answer to arrive.
    /// </param>
    public static Task TrueAsync(Func<bool> condition, string what, Action? nudge = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, nudge);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, Action?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, Action? nudge = null)
    {
        var since = Stopwatch.GetTimestamp();
        for (var polls = 0; !await condition(); polls++)
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException($"It never came about that {what}.");
            if (polls % 20 == 0)
                nudge?.Invoke();
            await Task.Delay(5);
        }
    }
}
