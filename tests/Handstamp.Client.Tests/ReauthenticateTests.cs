using System.Net;
using Handstamp.Client.Session;

namespace Handstamp.Client.Tests;

/// <summary>The person who is logged in authenticates again.</summary>
public sealed class ReauthenticateTests(RunningService service) : LoggedIn(service)
{
    [Fact]
    public async Task The_session_and_its_refresh_token_stay_and_the_access_token_is_another_one()
    {
        var (old, token) = (await StoredAsync(), await Client.GetAccessTokenAsync());

        await Client.ReauthenticateAsync(Password);

        var stored = await StoredAsync();
        Assert.Equal((old.SessionId, old.RefreshToken), (stored.SessionId, stored.RefreshToken));
        Assert.NotEqual(token, await Client.GetAccessTokenAsync());
        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);
        using var other = CreateClient();
        Assert.Equal(await Client.GetAccessTokenAsync(), await other.GetAccessTokenAsync());
        Assert.Equal(0, Network.Refreshes);
        Assert.Equal($$"""{"password":"{{Password}}"}""", Network.Requests("/reauthenticate").Single().Body);
        await UntilAsync(() => Changes.Count == 1);
    }

    [Fact]
    public async Task A_wrong_password_changes_nothing()
    {
        var before = await Store.ReadAsync(default);

        await FailsAsync(() => Client.ReauthenticateAsync("wrong"), HandstampErrorCodes.InvalidCredentials, definitive: false);

        Assert.Equal(before, await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_second_factor_is_given_in_a_second_step()
    {
        var old = await StoredAsync();
        Network.Next("/reauthenticate", Network.Answer(HttpStatusCode.Unauthorized,
            """{"title":"Due.","status":401,"code":"mfa_required","definitive":false,"mfa_token":"hss_ticket","methods":["totp"]}"""));
        var fault = await FailsAsync(() => Client.ReauthenticateAsync(Password), HandstampErrorCodes.MfaRequired, definitive: false);
        Network.Next("/reauthenticate", Wire.Granted(("refresh_token", null), ("session_id", $"{old.SessionId}"), ("access_token", "with-two")));

        await Client.CompleteReauthenticationAsync(fault.SecondFactor!, "totp", "123456");

        Assert.Equal("""{"mfa_token":"hss_ticket","method":"totp","code":"123456"}""", Network.Requests("/reauthenticate")[^1].Body);
        Assert.Equal(("with-two", old.RefreshToken), ((await StoredAsync()).AccessToken, (await StoredAsync()).RefreshToken));
    }

    [Fact]
    public async Task A_bound_session_stays_bound()
    {
        Open(options => options.KeyBinding = true);
        await Client.LoginAsync(Email, Password);

        await Client.ReauthenticateAsync(Password);

        Assert.NotNull((await StoredAsync()).Key);
        using var me = await Http.GetAsync("/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        Assert.StartsWith("DPoP ", Network.Requests("/me")[^1].Authorization);
    }

    [Fact]
    public async Task It_waits_for_a_refresh_that_is_under_way()
    {
        var answer = new TaskCompletionSource();
        Network.Next("/refresh", async (pass, _) => { await answer.Task; return await pass(); });
        Network.Next("/me", Network.Expired);
        Time.Advance(Life / 2);
        var refreshing = Http.GetAsync("/me");
        await UntilAsync(() => Network.Refreshes == 1);

        var again = Client.ReauthenticateAsync(Password);
        Assert.Empty(Network.Requests("/reauthenticate"));
        answer.SetResult();
        await Task.WhenAll(refreshing, again);

        Assert.Equal(Email, (await Client.GetUserAsync())?.Email);
    }

    [Fact]
    public async Task It_does_not_take_the_place_of_a_session_that_another_process_has_begun()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        Network.Next("/reauthenticate", async (pass, cancel) =>
        {
            var answer = await pass();
            await other.LoginAsync(Email, Password, cancel: cancel);
            return answer;
        });

        await FailsAsync(() => Client.ReauthenticateAsync(Password), HandstampErrorCodes.RefreshTokenSuperseded, definitive: false);

        Assert.Equal(await other.GetAccessTokenAsync(), (await StoredAsync()).AccessToken);
    }

    async Task<StoredSession> StoredAsync() => StoredSession.Read(await Store.ReadAsync(default))!;
}
