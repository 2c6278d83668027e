using System.Net;
using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class RefreshTests
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);

    static async Task<RotationState> RowAsync(HandstampApp app, Guid session) =>
        (await app.Get<ISessionStore>().FindAsync(session, default))!.Session.Rotation;

    [Fact]
    public async Task A_refresh_after_the_window_gives_a_new_pair_for_the_same_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);

        var refreshed = await app.RefreshedAsync(login.RefreshToken!);

        Assert.Equal(login.SessionId, refreshed.SessionId);
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
        Assert.NotEqual(login.AccessToken, refreshed.AccessToken);
        Assert.Equal(600, refreshed.ExpiresIn);
        Assert.Equal(14 * 24 * 3600, refreshed.RefreshExpiresIn);
    }

    [Fact]
    public async Task Within_the_window_the_newest_token_is_answered_with_itself_and_nothing_is_written()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var before = await RowAsync(app, login.SessionId);
        app.Jump(Window - TimeSpan.FromMilliseconds(1));

        var held = await app.RefreshedAsync(login.RefreshToken!);

        Assert.Equal(login.RefreshToken, held.RefreshToken);
        Assert.NotEqual(login.AccessToken, held.AccessToken);
        Assert.Equal(before, await RowAsync(app, login.SessionId));
    }

    [Fact]
    public async Task Parallel_refreshes_of_one_token_after_the_window_get_one_identical_successor_and_advance_the_row_once()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => app.RefreshedAsync(login.RefreshToken!)));

        Assert.Single(answers.Select(answer => answer.RefreshToken).Distinct());
        var row = await RowAsync(app, login.SessionId);
        Assert.Equal((1, 2, 2), (row.Seen, row.First, row.Last));
    }

    [Fact]
    public async Task A_lost_answer_can_be_requested_again_until_the_quiet_gap()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var lost = await app.RefreshedAsync(login.RefreshToken!);
        var row = await RowAsync(app, login.SessionId);
        app.Jump(Window - Gap - TimeSpan.FromMilliseconds(1));

        var again = await app.RefreshedAsync(login.RefreshToken!);

        Assert.Equal(lost.RefreshToken, again.RefreshToken);
        Assert.Equal(row, await RowAsync(app, login.SessionId));
    }

    [Fact]
    public async Task In_the_quiet_gap_the_used_token_gets_only_the_time_to_wait_for_another_successor()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var lost = await app.RefreshedAsync(login.RefreshToken!);
        var row = await RowAsync(app, login.SessionId);
        app.Jump(Window - Gap);

        using var quiet = await app.RefreshAsync(login.RefreshToken!);

        Assert.Equal(Gap, quiet.Headers.RetryAfter!.Delta);
        var problem = await ProblemAnswer.ReadAsync(quiet);
        Assert.Equal((409, "refresh_token_superseded", false), (problem.Status, problem.Code, problem.Definitive));
        Assert.Equal(row, await RowAsync(app, login.SessionId));
        app.Jump(Gap);
        Assert.NotEqual(lost.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task Late_retries_of_one_token_beyond_the_limit_end_the_session()
    {
        await using var app = await HandstampApp.StartAsync(settings: new() { ["Sessions:LateRetryLimit"] = "2" });
        var first = (await app.RegisterAndLoginAsync()).RefreshToken!;
        for (var use = 0; use < 3; use++)
        {
            app.Jump(Window);
            await app.RefreshedAsync(first);
        }
        app.Jump(Window);

        Assert.Equal("refresh_token_reused", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(first))).Code);
    }

    [Fact]
    public async Task A_clock_that_was_days_ahead_leaves_no_window_of_days()
    {
        await using var app = await HandstampApp.StartAsync();
        app.Jump(TimeSpan.FromDays(3));
        var login = await app.RegisterAndLoginAsync();
        app.Clock.AdjustTime(app.Clock.GetUtcNow() - TimeSpan.FromDays(3));

        Assert.NotEqual(login.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Theory]
    [InlineData("00:00:30", null)]
    [InlineData("00:00:07.5", 7.5)]
    [InlineData("00:00:00", 0.0)]
    public async Task An_answer_names_a_window_that_is_not_the_default(string window, double? named)
    {
        await using var app = await HandstampApp.StartAsync(settings: new() { ["Sessions:RetryWindow"] = window });
        var login = await app.RegisterAndLoginAsync();

        using var answer = await app.RefreshAsync(login.RefreshToken!);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal(named, body.RootElement.TryGetProperty("retry_window", out var member) ? member.GetDouble() : null);
    }

    [Fact]
    public async Task A_lost_answer_can_be_requested_again_a_night_later_and_gives_a_second_successor()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var lost = await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(TimeSpan.FromHours(9));

        var second = await app.RefreshedAsync(login.RefreshToken!);

        Assert.NotEqual(lost.RefreshToken, second.RefreshToken);
        var row = await RowAsync(app, login.SessionId);
        Assert.Equal((1, 2, 3), (row.Seen, row.First, row.Last));
    }

    [Fact]
    public async Task Once_one_of_two_successors_is_used_sending_the_other_ends_the_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var first = await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(Window);
        var second = await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(Window);
        var used = await app.RefreshedAsync(second.RefreshToken!);
        app.Jump(Window);

        var passedOver = await ProblemAnswer.ReadAsync(await app.RefreshAsync(first.RefreshToken!));
        var winner = await ProblemAnswer.ReadAsync(await app.RefreshAsync(used.RefreshToken!));

        Assert.Equal((401, "refresh_token_reused", true), (passedOver.Status, passedOver.Code, passedOver.Definitive));
        Assert.Equal((401, "session_revoked", true), (winner.Status, winner.Code, winner.Definitive));
        var reading = await app.Get<ISessionStore>().FindAsync(login.SessionId, default);
        Assert.Equal(EndReason.Reuse, reading!.End!.Reason);
    }

    [Fact]
    public async Task The_token_before_the_last_one_within_the_window_is_superseded_and_the_session_lives()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var second = await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(Window);
        var third = await app.RefreshedAsync(second.RefreshToken!);

        var late = await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!));

        Assert.Equal((409, "refresh_token_superseded", false), (late.Status, late.Code, late.Definitive));
        Assert.Equal(third.RefreshToken, (await app.RefreshedAsync(third.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task A_thief_who_keeps_the_session_rotating_is_detected_when_the_victim_comes_back()
    {
        await using var app = await HandstampApp.StartAsync();
        var victim = await app.RegisterAndLoginAsync();
        var thief = victim.RefreshToken!;
        for (var refresh = 0; refresh < 3; refresh++)
        {
            app.Jump(Window);
            thief = (await app.RefreshedAsync(thief)).RefreshToken!;
        }

        var answer = await ProblemAnswer.ReadAsync(await app.RefreshAsync(victim.RefreshToken!));

        Assert.Equal((401, "refresh_token_reused", true), (answer.Status, answer.Code, answer.Definitive));
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(thief))).Code);
    }

    [Fact]
    public async Task A_database_that_went_back_in_time_ends_the_session_with_its_own_error()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var ring = app.Get<Handstamp.Server.Keys.KeyRingService>().Ring;
        var ahead = RefreshToken.Create(ring.MacKey(app.Clock.GetUtcNow()), login.SessionId, 5).Encode();

        var answer = await ProblemAnswer.ReadAsync(await app.RefreshAsync(ahead));

        Assert.Equal((401, "session_revoked", true), (answer.Status, answer.Code, answer.Definitive));
        Assert.Contains(app.Logs.Lines, line => line.Contains("gone back in time", StringComparison.Ordinal));
        Assert.Equal(EndReason.RolledBack, (await app.Get<ISessionStore>().FindAsync(login.SessionId, default))!.End!.Reason);
    }

    [Fact]
    public async Task Late_retries_can_be_made_to_end_the_session()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:LateRetry"] = "refuse" });
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        await app.RefreshedAsync(login.RefreshToken!);
        app.Jump(Window);

        var late = await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!));

        Assert.Equal("refresh_token_reused", late.Code);
    }

    [Fact]
    public async Task Idle_expiry_moves_with_a_rotation_but_never_past_the_absolute_expiry()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["Sessions:IdleLifetime"] = "01:00:00",
            ["Sessions:AbsoluteLifetime"] = "01:30:00",
        });
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(50));
        var refreshed = await app.RefreshedAsync(login.RefreshToken!);
        Assert.Equal(40 * 60, refreshed.RefreshExpiresIn);

        app.Jump(TimeSpan.FromMinutes(40));
        var expired = await ProblemAnswer.ReadAsync(await app.RefreshAsync(refreshed.RefreshToken!));

        Assert.Equal((401, "session_expired", true), (expired.Status, expired.Code, expired.Definitive));
    }

    [Fact]
    public async Task An_unused_session_expires()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromDays(14));

        Assert.Equal("session_expired", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);
    }

    [Fact]
    public async Task No_access_token_outlives_its_session()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:AbsoluteLifetime"] = "14.00:00:00" });
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(3));

        Assert.Equal(180, (await app.RefreshedAsync(login.RefreshToken!)).ExpiresIn);
    }

    [Fact]
    public async Task A_forged_token_is_refused()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        var forged = RefreshToken.Create(MacKey.Create(1), login.SessionId, 1).Encode();

        Assert.Equal("refresh_token_invalid", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(forged))).Code);
        Assert.Equal(login.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task The_answer_may_not_be_stored_by_caches()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        using var answer = await app.RefreshAsync(login.RefreshToken!);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Anybody_with_a_token_of_the_session_may_end_it_and_ending_it_twice_is_no_error()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(Window);
        var refreshed = await app.RefreshedAsync(login.RefreshToken!);

        using var first = await app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken });
        using var second = await app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = refreshed.RefreshToken });

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(refreshed.RefreshToken!))).Code);
    }

    [Fact]
    public async Task A_session_without_a_cookie_gets_none()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        foreach (var wait in new[] { TimeSpan.Zero, Window })
        {
            app.Jump(wait);
            using var answer = await app.RefreshAsync(login.RefreshToken!);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }
}
