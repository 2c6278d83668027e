using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class BackoffTests
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_pause_doubles_up_to_the_longest_and_starts_again_after_a_success()
    {
        var backoff = new Backoff(First, Longest);
        foreach (var seconds in new[] { 1, 2, 4, 5, 5 }) AssertCut(TimeSpan.FromSeconds(seconds), backoff.Next());

        backoff.Reset();

        foreach (var seconds in new[] { 1, 2 }) AssertCut(TimeSpan.FromSeconds(seconds), backoff.Next());
    }

    [Fact]
    public void A_pause_is_shortened_at_random_by_up_to_a_half()
    {
        var pauses = Enumerable.Range(0, 1000).Select(_ => new Backoff(First, Longest).Next()).ToList();

        Assert.True(pauses.Max() > First * 0.9);
        Assert.True(pauses.Min() < First * 0.6);
        Assert.All(pauses, pause => AssertCut(First, pause));
    }

    static void AssertCut(TimeSpan whole, TimeSpan pause) => Assert.InRange(pause, whole * 0.5, whole);
}
