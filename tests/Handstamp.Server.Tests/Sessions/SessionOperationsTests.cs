using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Feed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>
/// The end of a session is announced at once, and counted. The feed would notice it without help up to a fifth of a
/// second later. Here, the clock stands still, so only a reader that is woken looks.
/// </summary>
public sealed class SessionOperationsTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    Measured _ended = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _ended = new Measured(_app.Get<Telemetry>().SessionsEnded);
        await _app.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _ended.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task The_end_of_one_session_wakes_the_feed_and_is_counted_once()
    {
        var login = await _app.LoginAsync();
        await _app.LoginAsync();
        var growth = _app.Get<RevocationFeed>().Growth;

        for (var twice = 0; twice < 2; twice++)
            using (await _app.SendAsync(HttpMethod.Delete, "/refresh", new { refresh_token = login.RefreshToken })) { }

        Assert.True(growth.IsCompleted);
        Assert.Equal<KeyValuePair<string, long>>([new("Logout", 1)], _ended.Sums);
    }

    [Fact]
    public async Task The_end_of_all_sessions_of_an_account_wakes_the_feed_and_each_is_counted()
    {
        var login = await _app.LoginAsync();
        for (var other = 0; other < 2; other++) await _app.LoginAsync();
        var growth = _app.Get<RevocationFeed>().Growth;

        using var answer = await _app.PostAsync("/logout/all", new { }, login.AccessToken);

        Assert.True(growth.IsCompleted);
        Assert.Equal(3, Assert.Single(_ended.Sums).Value);
    }

    [Fact]
    public async Task A_refused_name_says_which_field_of_a_form_it_is_about()
    {
        var refusal = await _app.Get<SessionOperations>().RenameAsync(Guid.Empty, Guid.Empty, "", Origin.System);

        Assert.Equal((Problems.InvalidRequest, "name"), (refusal!.Problem, refusal.Field));
    }

    [Fact]
    public async Task If_nothing_has_ended_nothing_is_counted_or_logged()
    {
        var (ender, now) = (_app.Get<SessionOperations>(), _app.Clock.GetUtcNow());

        Assert.Equal(0, await ender.EndAllAsync(Guid.NewGuid(), EndReason.Logout, now));
        Assert.False(await ender.EndAsync(Guid.NewGuid(), EndReason.Logout, now));

        Assert.Empty(_ended.Sums);
        Assert.DoesNotContain(_app.Logs.Lines, line => line.Contains("session.ended", StringComparison.Ordinal));
    }
}
