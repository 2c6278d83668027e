using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class BackoffTests
{
    static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_pause_doubles_up_to_the_longest_and_begins_anew_after_a_success()
    {
        var backoff = new Backoff(s_first, s_longest);
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 }) AssertCut(TimeSpan.FromSeconds(seconds), backoff.Next());

        backoff.Reset();

        foreach (var seconds in new[] { 1, 2 }) AssertCut(TimeSpan.FromSeconds(seconds), backoff.Next());
    }

    [Fact]
    public void It_is_cut_at_random_by_up_to_a_half()
    {
        var pauses = Enumerable.Range(0, 1000).Select(_ => new Backoff(s_first, s_longest).Next()).ToList();

        Assert.True(pauses.Max() > s_first * 0.9);
        Assert.True(pauses.Min() < s_first * 0.6);
        Assert.All(pauses, pause => AssertCut(s_first, pause));
    }

    static void AssertCut(TimeSpan whole, TimeSpan pause) => Assert.InRange(pause, whole * 0.5, whole);
}
