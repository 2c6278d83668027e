using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Handstamp.Identity;
using Handstamp.Identity.Users;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Storage.EntityFramework.Users;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Identity;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>Sessions over the Identity users of an app: the composition, the operations and the scheme.</summary>
public sealed class IdentityAppTests
{
    const string AsGuid = "7f6a1c1e-0a4e-4b53-9d43-0d7d3c1c2b11";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_session_begins_is_used_is_refreshed_and_ends(bool isApart, bool onPostgres)
    {
        await using var app = await IdentityApp.StartAsync(isApart: isApart, onPostgres: onPostgres);
        Assert.True(await app.RegisterAsync("ada"));
        var tokens = await app.LogInAsync("ada");

        using (var me = await app.CallAsync(HttpMethod.Get, "/me", tokens.Access))
            Assert.Equal("ada", await me.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(tokens.Refresh));
        Assert.True(await app.WithSessionsAsync(sessions => sessions.EndAsync(tokens.Refresh, Given.By)));

        using var late = await app.CallAsync(HttpMethod.Get, "/me", tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.IsType<RefreshOutcome.Refused>(await app.RefreshAsync(tokens.Refresh));
    }

    [Fact]
    public async Task A_sign_in_manager_that_signs_in_writes_our_tokens()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");

        using var answer = await app.Http.PostAsync("/sign-in?name=ada", null, TestContext.Current.CancellationToken);

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["tokenType", "accessToken", "expiresIn", "refreshToken"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.StartsWith("hsr_", body.RootElement.GetProperty("refreshToken").GetString(), StringComparison.Ordinal);
        using var me = await app.CallAsync(HttpMethod.Get, "/me", body.RootElement.GetProperty("accessToken").GetString()!);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task The_subject_is_the_id_of_the_user_and_the_roles_are_those_of_each_refresh()
    {
        await using var app = await IdentityApp.StartAsync(options => options.RetryWindow = TimeSpan.Zero);
        await app.RegisterAsync("ada");
        var tokens = await app.LogInAsync("ada");
        await app.InScopeAsync<RoleManager<IdentityRole<string>>, IdentityResult>(roles => roles.CreateAsync(new IdentityRole<string>("admin") { Id = "1" }));
        await app.WithUserAsync("ada", (users, user) => users.AddToRoleAsync(user, "admin"));
        await app.WithUserAsync("ada", (users, user) => users.AddClaimAsync(user, new Claim("tenant", "7")));

        var granted = Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(tokens.Refresh));
        var access = await app.WithSessionsAsync(sessions => Task.FromResult(sessions.Issue(granted.Reading).AccessToken));

        using var payload = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(access.Split('.')[1]));
        Assert.Equal("user ada", payload.RootElement.GetProperty("sub").GetString());
        Assert.Equal("admin", Assert.Single(payload.RootElement.GetProperty("roles").EnumerateArray()).GetString());
        Assert.Equal("7", payload.RootElement.GetProperty("tenant").GetString());
        using var before = await app.CallAsync(HttpMethod.Get, "/admin", tokens.Access);
        using var after = await app.CallAsync(HttpMethod.Get, "/admin", access);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (before.StatusCode, after.StatusCode));
    }

    [Theory]
    [InlineData(UsedAgain.EndSession, false)]
    [InlineData(UsedAgain.Allow, true)]
    public async Task The_setting_says_what_a_token_does_that_is_used_again(UsedAgain policy, bool goesOn)
    {
        await using var app = await IdentityApp.StartAsync(options => (options.WhenUsedAgain, options.RetryWindow) = (policy, TimeSpan.Zero));
        await app.RegisterAsync("ada");
        var first = await app.LogInAsync("ada");
        var second = await NextAsync(app, first.Refresh);
        var third = await NextAsync(app, second);

        var again = await app.RefreshAsync(first.Refresh);

        Assert.Equal(goesOn, again is RefreshOutcome.Granted);
        Assert.Equal(goesOn, await app.RefreshAsync(third) is RefreshOutcome.Granted);
        Assert.Equal(goesOn, await app.RefreshAsync(first.Refresh) is RefreshOutcome.Granted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_many_simultaneous_refreshes_with_one_token_one_rotates_and_all_get_its_answer(bool onPostgres)
    {
        await using var app = await IdentityApp.StartAsync(onPostgres: onPostgres);
        await app.RegisterAsync("ada");
        var tokens = await app.LogInAsync("ada");
        // The newest token is older than the window.
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => app.RefreshAsync(tokens.Refresh))));

        var granted = outcomes.Cast<RefreshOutcome.Granted>().ToList();
        Assert.Single(granted, one => one.Verdict == RotationVerdict.Rotate);
        Assert.Single(granted.Select(one => one.Reading.Session.Rotation.Last).Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_node_refuses_the_tokens_of_a_session_that_has_ended(bool onPostgres)
    {
        await using var app = await IdentityApp.StartAsync(onPostgres: onPostgres);
        await using var other = await app.AnotherAsync();
        await app.RegisterAsync("ada");
        var tokens = await app.LogInAsync("ada");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync());

        Assert.True(await app.WithSessionsAsync(sessions => sessions.EndAsync(tokens.Refresh, Given.By)));

        // It looks every 200 ms, by its clock.
        await Eventually.TrueAsync(
            async () => await StatusAsync() == HttpStatusCode.Unauthorized, "the other node refuses the token",
            () => other.Clock.Advance(TimeSpan.FromMilliseconds(200)));

        async Task<HttpStatusCode> StatusAsync()
        {
            using var answer = await other.CallAsync(HttpMethod.Get, "/me", tokens.Access);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_user_sees_names_and_ends_the_own_devices()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        await app.RegisterAsync("bob");
        var (ada, bob) = (await app.LogInAsync("ada"), await app.LogInAsync("bob"));

        Assert.NotNull(await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.RenameAsync(user, bob.Session, "mine", Given.By))));
        Assert.Null(await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.RenameAsync(user, ada.Session, "Laptop", Given.By))));
        var listed = Assert.Single(await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.ListAsync(user, default))));
        Assert.Equal((ada.Session, "Laptop"), (listed.Session.Id, listed.Device.Name));

        Assert.False(await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.EndOwnAsync(user, bob.Session, Given.By))));
        Assert.Equal(1, await app.WithUserAsync("ada", (_, user) => app.WithSessionsAsync(sessions => sessions.EndAllAsync(user, Given.By))));
        Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(bob.Refresh));
    }

    [Fact]
    public async Task Other_services_find_the_keys()
    {
        await using var app = await IdentityApp.StartAsync();

        foreach (var path in (string[])["/.well-known/jwks.json", "/.well-known/openid-configuration"])
        {
            using var answer = await app.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_api_is_known_until_it_is_removed()
    {
        await using var app = await IdentityApp.StartAsync();
        var apis = app.Get<HandstampApis>();

        Assert.StartsWith("hsa_orders_", await apis.AddAsync("orders"), StringComparison.Ordinal);
        Assert.Null(await apis.AddAsync("orders"));
        await Assert.ThrowsAsync<ArgumentException>(() => apis.AddAsync("Orders!"));
        Assert.Equal(["orders"], await apis.ListAsync(TestContext.Current.CancellationToken));
        Assert.True(await apis.RemoveAsync("orders"));
        Assert.False(await apis.RemoveAsync("orders"));
    }

    [Fact]
    public async Task A_database_that_stays_locked_is_unavailable_and_no_fault_of_the_app()
    {
        await using var app = await IdentityApp.StartAsync();
        await app.RegisterAsync("ada");
        var tokens = await app.LogInAsync("ada");
        using var other = new Microsoft.Data.Sqlite.SqliteConnection(app.ConnectionString);
        other.Open();
        using var held = other.BeginTransaction();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => app.WithSessionsAsync(sessions => sessions.EndAsync(tokens.Refresh, Given.By)));
        await held.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.True(await app.WithSessionsAsync(sessions => sessions.EndAsync(tokens.Refresh, Given.By)));
    }

    [Fact]
    public void A_guid_is_its_own_account() => Assert.Equal(
        (AsGuid, null), (UserIds.ToAccountId(AsGuid).ToString(), UserIds.ToSubject(AsGuid, new Guid(AsGuid))));

    [Theory]
    [InlineData("42", "73475cb4-0a56-8")]
    [InlineData("7F6A1C1E-0A4E-4B53-9D43-0D7D3C1C2B11", null)]
    [InlineData(" 7f6a1c1e-0a4e-4b53-9d43-0d7d3c1c2b11", null)]
    public void An_id_that_is_no_guid_and_a_guid_in_another_spelling_have_one_of_their_own(string userId, string? account)
    {
        var id = UserIds.ToAccountId(userId);

        Assert.Equal((userId, 8), (UserIds.ToSubject(userId, id), id.Version));
        if (account is not null) Assert.StartsWith(account, id.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(AsGuid, id.ToString());
    }

    [Fact]
    public void Claims_that_are_too_long_for_a_token_are_left_out_before_the_roles()
    {
        var types = new ClaimsIdentityOptions();
        var role = new Claim(types.RoleClaimType, "admin");

        var claims = UserClaims.Of(new ClaimsPrincipal(new ClaimsIdentity([role, new("note", new string('x', 5000))])), types, out var isShortened);

        Assert.True(isShortened);
        Assert.Equal((1, 0), (claims.Roles.Count, claims.Custom.Count));
        UserClaims.Of(new ClaimsPrincipal(new ClaimsIdentity([role])), types, out isShortened);
        Assert.False(isShortened);
    }

    static async Task<string> NextAsync(IdentityApp app, string refreshToken)
    {
        var granted = Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(refreshToken));
        return await app.WithSessionsAsync(sessions => Task.FromResult(sessions.Issue(granted.Reading).RefreshToken.Encode()));
    }
}
