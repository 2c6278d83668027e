using Handstamp.Server.Accounts.Challenges;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

public sealed class RecentCountsTests
{
    // A period begins at this time.
    readonly FakeTimeProvider _clock = new(TestAccounts.Now);
    readonly RecentCounts _counts;

    public RecentCountsTests() => _counts = new RecentCounts(3, TimeSpan.FromMinutes(1), _clock);

    void Add(int count, int place = 0)
    {
        for (var one = 0; one < count; one++) _counts.Add(place);
    }

    double After(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return _counts.Of(0);
    }

    [Fact]
    public void Each_place_has_its_own_count()
    {
        Add(2, place: 0);
        Add(5, place: 2);

        Assert.Equal([2.0, 0.0, 5.0], Enumerable.Range(0, 3).Select(_counts.Of));
    }

    [Fact]
    public void What_was_counted_stays_until_the_end_of_the_period_and_fades_out_in_the_next()
    {
        Add(4);

        Assert.Equal(4, After(seconds: 0));
        Assert.Equal(4, After(seconds: 59));
        Assert.Equal(4, After(seconds: 1));
        Assert.Equal(3, After(seconds: 15));
        Assert.Equal(2, After(seconds: 15));
        Assert.Equal(1, After(seconds: 15));
        Assert.Equal(0, After(seconds: 15));
        Assert.Equal(0, After(seconds: 15));
    }

    [Fact]
    public void What_is_counted_in_a_new_period_is_whole_beside_the_rest_of_the_one_before()
    {
        Add(4);
        _clock.Advance(TimeSpan.FromSeconds(90));
        Add(2);

        Assert.Equal(2 + 2, _counts.Of(0));
        Assert.Equal(2, After(seconds: 30));
        Assert.Equal(1, After(seconds: 30));
    }

    [Fact]
    public void After_a_whole_period_without_a_look_nothing_is_left()
    {
        Add(4);

        Assert.Equal(0, After(seconds: 120));
        Add(1);
        Assert.Equal(1, _counts.Of(0));
        Assert.Equal(0, After(seconds: 600));
    }
}
