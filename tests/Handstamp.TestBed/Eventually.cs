using System.Diagnostics;
using System.Globalization;

namespace Handstamp.TestBed;

/// <summary>Waits for the work of other threads, until the event has happened or has clearly failed to happen.</summary>
public static class Eventually
{
    /// <summary>
    /// The variable with another <see cref="Timeout"/>, in seconds: for a run that breaks the code on purpose and asks a test thousands of times.
    /// </summary>
    public const string Patience = "HANDSTAMP_TEST_PATIENCE";

    /// <summary>Far longer than anything takes on a busy machine.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable(Patience), CultureInfo.InvariantCulture, out var seconds) ? seconds : 120);

    /// <param name="condition">The event to wait for.</param>
    /// <param name="what">The event in words.</param>
    /// <param name="nudge">
    /// Called again and again to help the event along: for example, it moves a clock, when the test cannot tell whether
    /// the waiting code is already waiting. There is time between calls for an answer to arrive.
    /// </param>
    public static Task TrueAsync(Func<bool> condition, string what, Action? nudge = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, nudge);

    /// <summary>
    /// Waits until the count has reached the goal, however long that takes, as long as the count grows now and then.
    /// </summary>
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
                throw new TimeoutException($"This never happened: {what}.");
            if (polls % 20 == 0)
                nudge?.Invoke();
            await Task.Delay(5);
        }
    }
}
