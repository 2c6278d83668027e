using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class LoginTests
{
    static async Task<Account> AccountAsync(HandstampApp app) =>
        (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(HandstampApp.Email), default))!;

    static async Task<AccessToken> VerifiedAsync(HandstampApp app, string jwt)
    {
        var keys = await app.Client.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.True(JsonWebKeySet.TryParse(keys, out var set));
        var rules = new AccessTokenRules { Issuer = HandstampApp.Issuer, Audiences = [HandstampApp.Issuer] };
        return Assert.IsType<AccessTokenOutcome.Verified>(AccessTokenVerifier.Verify(jwt, set, rules, app.Clock.GetUtcNow())).Token;
    }

    [Fact]
    public async Task The_access_token_says_who_logged_in_when_how_and_in_which_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();

        var token = await VerifiedAsync(app, login.AccessToken);

        Assert.Equal((await AccountAsync(app)).Id.ToString(), token.Subject);
        Assert.Equal(login.SessionId, token.SessionId);
        Assert.Equal(["pwd"], token.AuthenticationMethods);
        Assert.Equal(app.Clock.GetUtcNow(), token.AuthenticatedAt);
        Assert.Equal(app.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), token.ExpiresAt);
        Assert.Equal("first-party", token.ClientId);
    }

    [Fact]
    public async Task Roles_and_claims_that_change_show_in_the_next_access_token()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var scope = app.Services.CreateAsyncScope();
        var operations = scope.ServiceProvider.GetRequiredService<AccountOperations>();
        await operations.SetRolesAsync(await AccountAsync(app), ["admin"]);
        await operations.SetClaimsAsync(await AccountAsync(app), [new("tenant", "north"), new("tenant", "south")]);

        var refreshed = await VerifiedAsync(app, (await app.RefreshedAsync(login.RefreshToken!)).AccessToken);

        Assert.Equal(["admin"], refreshed.Roles);
        Assert.Equal(["north", "south"], refreshed.Others.Where(claim => claim.Name == "tenant").Select(claim => claim.Value));
        Assert.Empty((await VerifiedAsync(app, login.AccessToken)).Roles);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();

        using var wrong = await app.PostAsync("/login", new { email = HandstampApp.Email, password = "not the right one" });
        using var unknown = await app.PostAsync("/login", new { email = "nobody@example.com", password = "not the right one" });

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        Assert.Equal(await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(wrong.Headers.Select(header => header.Key), unknown.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_disabled_account_gets_nothing_by_login_by_refresh_or_by_access_token()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AccountOperations>().DisableAsync(await AccountAsync(app));

        using var again = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        using var refresh = await app.RefreshAsync(login.RefreshToken!);
        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);

        foreach (var answer in new[] { again, refresh, me })
            Assert.Equal((403, "account_disabled", true), await SummaryAsync(answer));
    }

    [Fact]
    public async Task A_deleted_account_leaves_revoked_sessions()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AccountOperations>().DeleteAsync(await AccountAsync(app));

        Assert.Equal((401, "session_revoked", true), await SummaryAsync(await app.RefreshAsync(login.RefreshToken!)));
    }

    [Fact]
    public async Task Failures_are_throttled_across_a_restart_and_the_lock_expires()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            var app = await HandstampApp.StartAsync(directory: directory.FullName);
            await app.RegisterAsync();
            for (var i = 0; i < 5; i++)
                (await app.PostAsync("/login", new { email = HandstampApp.Email, password = "wrong wrong wrong" })).Dispose();
            var clock = app.Clock;
            await app.DisposeAsync();

            await using var restarted = await HandstampApp.StartAsync(directory: directory.FullName, clock: clock);
            using var blocked = await restarted.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
            var problem = await ProblemAnswer.ReadAsync(blocked);
            Assert.Equal((429, "too_many_requests", false), (problem.Status, problem.Code, problem.Definitive));

            clock.Advance(problem.RetryAfter!.Value);
            await restarted.LoginAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_full_account_logs_in_by_ending_the_session_that_has_idled_longest()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:MaxPerAccount"] = "2" });
        var (first, second) = (await app.RegisterAndLoginAsync(), await app.LoginAsync());
        app.Jump(TimeSpan.FromMinutes(1));
        first = await app.RefreshedAsync(first.RefreshToken!);
        app.Jump(TimeSpan.FromDays(1));

        var third = await app.LoginAsync();

        Assert.Equal((401, "session_revoked", true), await SummaryAsync(await app.RefreshAsync(second.RefreshToken!)));
        await app.RefreshedAsync(first.RefreshToken!);
        await app.RefreshedAsync(third.RefreshToken!);
        Assert.Contains(app.Logs.Lines, line => line.Contains("session.ended: over_limit", StringComparison.Ordinal) && line.Contains("count 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_account_whose_sessions_are_all_in_use_gets_no_further_session()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Sessions:MaxPerAccount"] = "2" });
        TokenSet[] open = [await app.RegisterAndLoginAsync(), await app.LoginAsync()];

        using var third = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });

        Assert.Equal((409, "too_many_sessions", false), await SummaryAsync(third));
        foreach (var session in open) await app.RefreshedAsync(session.RefreshToken!);
        (await app.PostAsync("/logout", new { }, open[0].AccessToken)).Dispose();
        await app.LoginAsync();
    }

    [Fact]
    public async Task Sessions_survive_a_rotation_of_all_keys_and_repeated_answers_stay_the_same()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(1));
        var before = await app.RefreshedAsync(login.RefreshToken!);
        var keys = app.Get<KeyRingService>();
        foreach (var purpose in Enum.GetValues<KeyPurpose>())
            Assert.True(await keys.RotateAsync(purpose, app.Clock.Now(), default));

        var repeated = await app.RefreshedAsync(login.RefreshToken!);
        Assert.Equal(before.RefreshToken, repeated.RefreshToken);
        await VerifiedAsync(app, before.AccessToken);
        await VerifiedAsync(app, repeated.AccessToken);

        app.Jump(TimeSpan.FromMinutes(1));
        Assert.NotEqual(before.RefreshToken, (await app.RefreshedAsync(repeated.RefreshToken!)).RefreshToken);
    }

    static async Task<(int, string, bool)> SummaryAsync(HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Status, problem.Code, problem.Definitive);
    }
}
