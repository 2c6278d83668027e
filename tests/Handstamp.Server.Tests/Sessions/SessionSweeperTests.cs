using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class SessionSweeperTests
{
    static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    static async Task<int> SweepAsync(HandstampApp app)
    {
        // The sweep pauses between its batches, on the clock of the service.
        var sweep = app.Get<SessionSweeper>().SweepAsync(default);
        await Eventually.TrueAsync(() =>
        {
            if (!sweep.IsCompleted) app.Clock.Advance(TimeSpan.FromMilliseconds(20));
            return sweep.IsCompleted;
        }, "the sweep has ended");
        return await sweep;
    }

    [Fact]
    public async Task An_ended_session_is_kept_for_the_retention_so_that_its_refusal_can_say_why()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        app.Jump(Retention);
        Assert.Equal(0, await SweepAsync(app));
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);

        app.Jump(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await SweepAsync(app));
        Assert.Equal("session_expired", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);
    }

    [Fact]
    public async Task Live_sessions_are_kept()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromDays(13));

        Assert.Equal(0, await SweepAsync(app));
        await app.RefreshedAsync(login.RefreshToken!);
    }

    [Fact]
    public async Task The_feed_forgets_entries_older_than_any_access_token_but_never_its_newest_number()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        for (var i = 0; i < 3; i++)
            (await app.PostAsync("/logout", new { }, (await app.LoginAsync()).AccessToken)).Dispose();
        app.Jump(RevocationFeed.Memory + TimeSpan.FromSeconds(1));

        await SweepAsync(app);

        var log = app.Get<IRevocationLog>();
        Assert.Equal(3, (await log.ReadHeadAsync(default)).Position.Sequence);
        Assert.Single(await log.ReadAfterAsync(0, DateTimeOffset.MinValue, 10, default));
    }
}
