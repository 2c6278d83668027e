using CsCheck;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The decision, cell by cell.</summary>
public sealed class RotationRulesTests
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    static readonly RotationOptions Defaults = new(Window, LateRetryLimit: int.MaxValue);
    static readonly RotationOptions Strict = new(TimeSpan.Zero, LateRetryLimit: 0);
    static readonly DateTimeOffset IssuedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    static readonly DateTimeOffset Within = IssuedAt + Window - Millisecond;
    static readonly DateTimeOffset BeforeGap = IssuedAt + TimeSpan.FromSeconds(20) - Millisecond;
    static readonly DateTimeOffset After = IssuedAt + Window;

    // Generation 5 was used to get 6, 7 and 8; 7 was used to get 9, was late and got 10; 6 and 8 were skipped.
    static readonly RotationState TwoLive = new(Seen: 7, First: 9, Last: 10, IssuedAt, SeenBefore: 5);
    static readonly RotationState OneLive = new(Seen: 7, First: 9, Last: 9, IssuedAt, SeenBefore: 5);

    static RotationDecision Decide(RotationState row, int presented, DateTimeOffset now) =>
        RotationRules.Decide(row, presented, now, Defaults);

    [Fact]
    public void The_newest_token_within_the_window_is_held()
    {
        Assert.Equal(new(RotationVerdict.Hold, OneLive, 9), Decide(OneLive, 9, Within));
        Assert.Equal(new(RotationVerdict.Hold, TwoLive, 10), Decide(TwoLive, 10, Within));
    }

    [Fact]
    public void The_newest_token_after_the_window_rotates() =>
        Assert.Equal(new(RotationVerdict.Rotate, new(9, 10, 10, After, 7), 10), Decide(OneLive, 9, After));

    [Fact]
    public void A_live_token_that_is_not_the_newest_rotates_within_the_window_and_after_it()
    {
        Assert.Equal(new(RotationVerdict.Rotate, new(9, 11, 11, Within, 7), 11), Decide(TwoLive, 9, Within));
        Assert.Equal(new(RotationVerdict.Rotate, new(9, 11, 11, After, 7), 11), Decide(TwoLive, 9, After));
    }

    [Fact]
    public void The_token_used_last_gets_the_same_successor_until_the_quiet_gap() =>
        Assert.Equal(new(RotationVerdict.Replay, OneLive, 9), Decide(OneLive, 7, BeforeGap));

    [Fact]
    public void The_token_used_last_gets_nothing_in_the_quiet_gap_at_the_end_of_the_window()
    {
        Assert.Equal(new(RotationVerdict.Quiet, OneLive, 0), Decide(OneLive, 7, BeforeGap + Millisecond));
        Assert.Equal(new(RotationVerdict.Quiet, TwoLive, 0), Decide(TwoLive, 7, Within));
    }

    [Theory]
    [InlineData(300, 10)]
    [InlineData(30, 10)]
    [InlineData(12, 4)]
    [InlineData(0, 0)]
    public void The_quiet_gap_is_a_third_of_the_window_and_ten_seconds_at_most(int window, int gap) =>
        Assert.Equal(TimeSpan.FromSeconds(gap), new RotationOptions(TimeSpan.FromSeconds(window), 0).QuietGap);

    [Fact]
    public void The_token_used_last_gets_a_second_live_successor_after_the_window() =>
        Assert.Equal(new(RotationVerdict.LateRetry, new(7, 9, 10, After, 5), 10), Decide(OneLive, 7, After));

    [Fact]
    public void The_token_used_before_the_last_one_is_superseded_within_the_window_and_reuse_after_it()
    {
        Assert.Equal(new(RotationVerdict.Superseded, TwoLive, 0), Decide(TwoLive, 5, Within));
        Assert.Equal(RotationVerdict.Reuse, Decide(TwoLive, 5, After).Verdict);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(6)]
    [InlineData(4)]
    [InlineData(1)]
    public void A_skipped_or_older_token_is_reuse_within_the_window_and_after_it(int presented)
    {
        Assert.Equal(RotationVerdict.Reuse, Decide(TwoLive, presented, Within).Verdict);
        Assert.Equal(RotationVerdict.Reuse, Decide(TwoLive, presented, After).Verdict);
    }

    [Fact]
    public void A_token_of_the_future_means_that_the_database_went_back()
    {
        Assert.Equal(RotationVerdict.RolledBack, Decide(OneLive, 10, Within).Verdict);
        Assert.Equal(RotationVerdict.RolledBack, Decide(OneLive, 10, After).Verdict);
    }

    [Fact]
    public void At_login_the_first_token_is_held_and_later_rotates()
    {
        var login = RotationState.AtLogin(IssuedAt);
        Assert.Equal(RotationVerdict.Hold, Decide(login, 1, Within).Verdict);
        Assert.Equal(new(RotationVerdict.Rotate, new(1, 2, 2, After), 2), Decide(login, 1, After));
    }

    [Fact]
    public void Strict_rotation_has_no_hold_no_replay_and_no_second_chance()
    {
        Assert.Equal(RotationVerdict.Rotate, RotationRules.Decide(OneLive, 9, IssuedAt, Strict).Verdict);
        Assert.Equal(RotationVerdict.Reuse, RotationRules.Decide(OneLive, 7, IssuedAt, Strict).Verdict);
        Assert.Equal(RotationVerdict.Reuse, RotationRules.Decide(OneLive, 8, IssuedAt, Strict).Verdict);
    }

    [Fact]
    public void Refused_late_retries_are_reuse_after_the_window_and_replay_within_it()
    {
        var refuse = Defaults with { LateRetryLimit = 0 };
        Assert.Equal(RotationVerdict.Replay, RotationRules.Decide(OneLive, 7, Within, refuse).Verdict);
        Assert.Equal(RotationVerdict.Reuse, RotationRules.Decide(OneLive, 7, After, refuse).Verdict);
    }

    [Fact]
    public void A_late_retry_beyond_the_limit_is_reuse_after_the_window_and_replay_within_it()
    {
        var once = Defaults with { LateRetryLimit = 1 };
        Assert.Equal(RotationVerdict.LateRetry, RotationRules.Decide(OneLive, 7, After, once).Verdict);
        Assert.Equal(RotationVerdict.Replay, RotationRules.Decide(TwoLive, 7, Within, once).Verdict);
        Assert.Equal(RotationVerdict.Reuse, RotationRules.Decide(TwoLive, 7, After, once).Verdict);
    }

    [Fact]
    public void A_clock_that_is_behind_by_less_than_the_window_belongs_to_another_node()
    {
        Assert.Equal(RotationVerdict.Hold, Decide(OneLive, 9, IssuedAt - Window + Millisecond).Verdict);
        Assert.Equal(RotationVerdict.Replay, Decide(OneLive, 7, IssuedAt - Window + Millisecond).Verdict);
        Assert.Equal(RotationVerdict.Superseded, Decide(OneLive, 5, IssuedAt - Window + Millisecond).Verdict);
    }

    [Fact]
    public void A_clock_that_went_back_by_the_window_or_more_leaves_no_window()
    {
        var earlier = IssuedAt - Window;
        Assert.Equal(new(RotationVerdict.Rotate, new(9, 10, 10, earlier, 7), 10), Decide(OneLive, 9, earlier));
        Assert.Equal(new(RotationVerdict.LateRetry, new(7, 9, 10, earlier, 5), 10), Decide(OneLive, 7, earlier));
        Assert.Equal(RotationVerdict.Reuse, Decide(OneLive, 5, earlier).Verdict);
    }

    static readonly Gen<RotationState> Rows =
        from seen in Gen.Int[0, 20]
        from gap in Gen.Int[1, 3]
        from live in Gen.Int[0, 3]
        select new RotationState(seen, seen + gap, seen + gap + live, IssuedAt);

    static readonly Gen<DateTimeOffset> Times = Gen.Int[-5_000, 90_000].Select(ms => IssuedAt.AddMilliseconds(ms));

    [Fact]
    public void A_decision_that_writes_advances_by_one_and_others_leave_the_row_unchanged() =>
        Gen.Select(Rows, Gen.Int[1, 30], Times).Sample((row, presented, now) =>
        {
            var decision = Decide(row, presented, now);
            return decision.Verdict is RotationVerdict.Rotate or RotationVerdict.LateRetry
                ? decision.Next.Last == row.Last + 1 && decision.Answer == decision.Next.Last && decision.Next.IssuedAt == now
                : decision.Next == row;
        });

    [Fact]
    public void Every_answer_is_the_newest_generation_of_the_resulting_row() =>
        Gen.Select(Rows, Gen.Int[1, 30], Times).Sample((row, presented, now) =>
        {
            var decision = Decide(row, presented, now);
            return decision.Answer == 0 || decision.Answer == decision.Next.Last;
        });

    [Fact]
    public void A_rotation_leaves_one_live_token_and_a_late_retry_one_more_than_there_were() =>
        Gen.Select(Rows, Gen.Int[1, 30], Times).Sample((row, presented, now) =>
        {
            var decision = Decide(row, presented, now);
            return decision.Verdict switch
            {
                RotationVerdict.Rotate => decision.Next.First == decision.Next.Last && decision.Next.Seen == presented,
                RotationVerdict.LateRetry => decision.Next.First == row.First && decision.Next.Seen == presented,
                _ => true,
            };
        });
}
