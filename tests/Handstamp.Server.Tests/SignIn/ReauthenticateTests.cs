using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Sessions.Dpop;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A person who is logged in gives the password again.</summary>
public sealed class ReauthenticateTests : IAsyncLifetime
{
    const string Orders = "https://orders.example.com";

    ReauthenticateApp _app = null!;

    HandstampApp App => _app.App;

    public async ValueTask InitializeAsync() => _app = await ReauthenticateApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_login_is_recent_for_ten_minutes_and_a_refresh_does_not_make_it_recent()
    {
        var login = await App.LoginAsync();
        App.Jump(TimeSpan.FromMinutes(10));
        var refreshed = await App.RefreshedAsync(login.RefreshToken!);
        Assert.True(await _app.IsRecentAsync(refreshed));

        App.Jump(TimeSpan.FromSeconds(1));

        Assert.False(await _app.IsRecentAsync(refreshed));
        Assert.False(await _app.IsRecentAsync(await App.RefreshedAsync(refreshed.RefreshToken!)));
    }

    [Fact]
    public async Task The_password_makes_the_same_session_recent()
    {
        var old = await _app.OldLoginAsync();
        var row = await _app.RowAsync(old);

        var again = await _app.AgainAsync(old);

        Assert.True(await _app.IsRecentAsync(again));
        Assert.Equal(old.SessionId, again.SessionId);
        var token = await _app.VerifiedAsync(again);
        Assert.Equal((App.Clock.GetUtcNow(), "1"), (token.AuthenticatedAt, token.AuthenticationContext));
        Assert.Equal(["pwd"], token.AuthenticationMethods);
        Assert.Equal(row with { AuthenticatedAt = App.Clock.GetUtcNow() }, await _app.RowAsync(old));
        Assert.Single(await App.Get<ISessionStore>().ListAsync(row.AccountId, App.Clock.GetUtcNow(), 10, default));
    }

    [Fact]
    public async Task An_access_token_from_before_does_not_become_recent()
    {
        var stolen = await _app.OldLoginAsync();

        var again = await _app.AgainAsync(stolen);

        Assert.Equal("access_token_outdated", await _app.RefusalAsync(stolen));
        Assert.True(await _app.IsRecentAsync(again));
        // Another tab, which has the refresh token, goes on.
        Assert.True(await _app.IsRecentAsync(await App.RefreshedAsync(stolen.RefreshToken!)));
    }

    [Theory]
    [InlineData("body")]
    [InlineData("cookie")]
    public async Task The_refresh_token_stays_and_is_not_in_the_answer(string transport)
    {
        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport });
        var old = await TokenSet.ReadAsync(login);

        using var answer = await _app.AskAsync(old, new { password = HandstampApp.Password });

        Assert.Null((await TokenSet.ReadAsync(answer)).RefreshToken);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        App.Jump(TimeSpan.FromMinutes(1));
        if (old.RefreshToken is { } token)
            Assert.Equal(App.Clock.GetUtcNow().AddMinutes(-1), (await _app.VerifiedAsync(await App.RefreshedAsync(token))).AuthenticatedAt);
    }

    [Fact]
    public async Task The_token_is_for_the_resource_that_was_asked_for()
    {
        await using var app = await ReauthenticateApp.StartAsync(new() { ["Audiences:0"] = Orders });
        using var login = await app.App.PostAsync(
            "/login", new { email = HandstampApp.Email, password = HandstampApp.Password, resource = HandstampApp.Issuer });
        var own = await TokenSet.ReadAsync(login);

        Assert.Equal([Orders], (await app.VerifiedAsync(await app.AgainAsync(own), Orders)).Audience);
        var again = await app.AgainAsync(own, new { password = HandstampApp.Password, resource = HandstampApp.Issuer });
        Assert.Equal([HandstampApp.Issuer], (await app.VerifiedAsync(again)).Audience);
        await app.RefusedAsync(own, new { password = HandstampApp.Password, resource = "https://else.example.com" }, 400, "invalid_target");
    }

    [Fact]
    public async Task A_bound_session_needs_its_key_and_gets_a_bound_token()
    {
        var client = new BoundClient(App);
        var login = await client.LoginAsync();

        await _app.RefusedAsync(login, new { password = HandstampApp.Password }, 401, "dpop_proof_required");
        using var answer = await client.SendAsync(HttpMethod.Post, "/reauthenticate", new { password = HandstampApp.Password }, login.AccessToken);

        Assert.Equal(client.Key.PublicKey.Thumbprint, (await _app.VerifiedAsync(await TokenSet.ReadAsync(answer))).KeyThumbprint);
    }

    [Fact]
    public async Task A_wrong_password_changes_nothing_and_is_throttled_with_the_logins()
    {
        await using var app = await ReauthenticateApp.StartAsync(new() { ["Accounts:Throttle:AccountFree"] = "2" });
        var old = await app.OldLoginAsync();

        for (var attempt = 1; attempt <= 2; attempt++)
            await app.RefusedAsync(old, new { password = "a wrong one" }, 401, "invalid_credentials");
        await app.RefusedAsync(old, new { password = HandstampApp.Password }, 429, "too_many_requests");

        using var login = await app.App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        Assert.Equal(HttpStatusCode.TooManyRequests, login.StatusCode);
        Assert.False(await app.IsRecentAsync(old));
    }

    [Fact]
    public async Task It_is_in_the_trail_and_so_is_a_refusal_and_neither_is_a_login()
    {
        var old = await _app.OldLoginAsync();
        await _app.RefusedAsync(old, new { password = "a wrong one" }, 401, "invalid_credentials");
        await _app.AgainAsync(old);
        await App.Get<RefusalTally>().WriteAsync();

        var events = (await App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;

        var account = (await _app.RowAsync(old)).AccountId;
        var done = Assert.Single(events, one => one.Kind == EventKind.SessionReauthenticated);
        Assert.Single(App.Logs.Lines, line => line.Contains(" 6500 session.reauthenticated: ", StringComparison.Ordinal));
        Assert.Equal((account, old.SessionId, "pwd"), (done.AccountId, done.SessionId, done.Detail));
        var refused = Assert.Single(events, one => one.Kind == EventKind.LoginRefused);
        Assert.Equal((account, "invalid_credentials"), (refused.AccountId, refused.Outcome));
        Assert.Single(events, one => one.Kind == EventKind.SessionBegun);
    }

    [Fact]
    public async Task A_session_that_ends_meanwhile_stays_ended()
    {
        var old = await _app.OldLoginAsync();
        _app.Sessions.BeforeAdding = () => App.Get<ISessionStore>().TryEndAsync(old.SessionId, EndReason.EndedByUser, App.Clock.GetUtcNow());

        await _app.RefusedAsync(old, new { password = HandstampApp.Password }, 409, "account_changed");
        await _app.RefusedAsync(old, new { password = HandstampApp.Password }, 401, "session_revoked");
    }

    [Fact]
    public async Task Somebody_elses_proof_makes_nothing_recent()
    {
        await App.RegisterAsync("eve@example.com");
        var old = await _app.OldLoginAsync();

        await _app.RefusedAsync(old, new { method = ReauthenticateApp.Badge, code = "eve@example.com" }, 401, "invalid_credentials");
        Assert.False(await _app.IsRecentAsync(await App.RefreshedAsync(old.RefreshToken!)));

        var token = await _app.VerifiedAsync(await _app.AgainAsync(old, new { method = ReauthenticateApp.Badge, code = HandstampApp.Email }));
        Assert.Equal("phrh", token.AuthenticationContext);
    }

    [Fact]
    public async Task A_body_that_is_no_step_is_refused_before_anything_is_checked()
    {
        var old = await _app.OldLoginAsync();
        foreach (var body in new object[]
        {
            new { }, new { method = "password" }, new { code = "123456" }, new { mfa_token = "x" },
            new { password = "x", method = "otp", code = "123456" }, new { password = "x", mfa_token = "x" },
            new { method = "otp", code = "123456", credential = new { } }, new { mfa_token = "x", code = "123456" },
        })
            await _app.RefusedAsync(old, body, 400, "invalid_request");
    }
}
