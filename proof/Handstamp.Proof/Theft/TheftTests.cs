namespace Handstamp.Proof.Theft;

/// <summary>Thieves under each rule. <c>./prove theft</c> simulates more of them.</summary>
public sealed class TheftTests(ITestOutputHelper output)
{
    const int Seed = 1;

    public static TheoryData<string> Away => [.. Thieves.Away.Select(thief => thief.Name)];

    [Theory]
    [MemberData(nameof(Away))]
    public void A_thief_who_does_not_aim_at_the_window_is_gone_after_the_victims_second_refresh_except_by_chance(
        string thief)
    {
        var sample = Draw(RefreshRules.Handstamp, Named(thief), sessions: 200);
        Assert.Equal(0, sample.StillThere);
        // Some thieves come within the window by chance, and then stay for one refresh longer each time.
        Assert.InRange(sample.Refreshes(0.9), 0, 1);
    }

    [Fact]
    public void Supabases_rule_keeps_the_thief_who_is_four_minutes_behind() =>
        Assert.Equal(1, Draw(RefreshRules.Supabase, Thieves.Behind, sessions: 20).StillThere);

    [Fact]
    public void A_fork_within_the_leeway_is_never_detected() =>
        Assert.InRange(Draw(RefreshRules.Forking, Thieves.Guesses, sessions: 100).StillThere, 0.3, 0.7);

    [Fact]
    public void A_thief_who_sees_each_refresh_stays() =>
        Assert.Equal(1, Draw(RefreshRules.Handstamp, Thieves.Lockstep, sessions: 20).StillThere);

    [Fact]
    public void A_thief_who_polls_stays_if_its_first_guess_hits() =>
        Assert.InRange(Draw(RefreshRules.Handstamp, Thieves.Polls, sessions: 100).StillThere, 0.15, 0.6);

    [Fact]
    public void A_thief_who_takes_the_session_over_is_gone_by_the_victims_second_refresh() =>
        Assert.InRange(Draw(RefreshRules.Handstamp, Thieves.TakesOver, sessions: 100).Refreshes(1), 0, 1);

    [Fact]
    public void A_thief_who_polls_leaves_signs_and_is_gone_where_they_end_a_session() =>
        Assert.InRange(Draw(RefreshRules.HandstampSigns, Thieves.Polls, sessions: 100).Refreshes(1), 0, 1);

    [Fact]
    public void Without_a_window_every_thief_is_gone_after_the_victims_second_refresh() =>
        Assert.All(Thieves.All, thief =>
            Assert.InRange(Draw(RefreshRules.HandstampNoWindow, thief, sessions: 100).Refreshes(1), 0, 1));

    TheftSample Draw(NamedRule rule, Thief thief, int sessions)
    {
        var sample = TheftSample.Draw(rule, thief, Seed, sessions);
        output.WriteLine($"seed {Seed}, {rule.Name}, {thief.Name}: {sample.StillThere:p0} still there, 90 % within " +
            $"{sample.Refreshes(0.9)} refreshes, all within {sample.Refreshes(1)}");
        return sample;
    }

    static Thief Named(string name) => Thieves.All.Single(thief => thief.Name == name);
}
