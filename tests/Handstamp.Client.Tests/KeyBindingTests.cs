using System.Net;
using Handstamp.Client.Session;

namespace Handstamp.Client.Tests;

/// <summary>Sessions that are bound to a key (DPoP).</summary>
public sealed class KeyBindingTests(RunningService service) : LoggedIn(service)
{
    async Task OpenBoundAsync()
    {
        Open(options => options.KeyBinding = true);
        await Client.LoginAsync(Email, Password);
    }

    async Task<StoredSession> StoredAsync() => StoredSession.Read(await Store.ReadAsync(default))!;

    [Fact]
    public async Task A_bound_session_makes_its_calls_with_a_proof_even_after_a_restart()
    {
        await OpenBoundAsync();
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/me?a=b")).StatusCode);
        Assert.StartsWith("DPoP ey", Network.Requests("/me")[^1].Authorization);

        Open();

        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
        await Client.LogoutAsync();
        Assert.Null(await Client.GetUserAsync());
    }

    [Fact]
    public async Task A_bound_session_is_refreshed_with_a_proof_and_stays_bound()
    {
        await OpenBoundAsync();
        var key = (await StoredAsync()).Key;
        Time.Advance(Life);

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/me")).StatusCode);

        Assert.Equal(key, (await StoredAsync()).Key);
        Assert.NotNull(key);
    }

    [Fact]
    public async Task Stolen_tokens_are_useless_without_the_key_and_their_use_ends_nothing()
    {
        await OpenBoundAsync();
        var session = await StoredAsync();
        var stolen = new MemoryTokenStore();
        await stolen.WriteAsync(
            new StoredSession
            {
                RefreshToken = session.RefreshToken,
                AccessToken = session.AccessToken,
                SessionId = session.SessionId,
                IssuedAt = session.IssuedAt,
                ExpiresIn = session.ExpiresIn,
            }.Write(), default);
        using var thief = CreateClient(options => options.Store = stolen);

        await FailsAsync(() => thief.GetUserAsync(), "dpop_proof_required", definitive: false);
        Time.Advance(Life);
        await FailsAsync(() => thief.GetAccessTokenAsync(), "dpop_proof_required", definitive: false);

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/me")).StatusCode);
    }

    [Fact]
    public async Task Only_the_first_proof_of_a_program_lacks_the_nonce()
    {
        await OpenBoundAsync();
        Assert.Equal(3, Network.Requests("/login").Count); // One of them is unbound, from the fixture.

        Time.Advance(Life);
        await Client.GetUserAsync();
        await Client.GetUserAsync();

        Assert.Equal((1, 2), (Network.Refreshes, Network.Requests("/me").Count));
    }

    [Fact]
    public async Task A_proof_that_was_already_used_is_replaced()
    {
        await OpenBoundAsync();
        Network.Next("/refresh", async (pass, cancel) =>
        {
            (await pass()).Dispose();
            return await pass();
        });
        Time.Advance(Life);

        var token = Client.GetAccessTokenAsync();
        await MoveUntilAsync(token);

        Assert.NotEmpty(await token);
        Assert.Equal(2, Network.Refreshes);
    }

    [Fact]
    public async Task A_lost_answer_is_requested_again_with_another_proof()
    {
        await OpenBoundAsync();
        Network.Next("/refresh", Network.Lose);
        Time.Advance(Life);
        await FailsAsync(() => Client.GetAccessTokenAsync(), HandstampErrorCodes.Network, definitive: false);

        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEmpty(await Client.GetAccessTokenAsync());
    }

    [Fact]
    public async Task An_older_session_stays_unbound_until_the_next_login()
    {
        Open(options => options.KeyBinding = true);
        await Client.GetUserAsync();
        Assert.StartsWith("Bearer ey", Network.Requests("/me")[^1].Authorization);

        await Client.LoginAsync(Email, Password);
        await Client.GetUserAsync();
        Assert.StartsWith("DPoP ey", Network.Requests("/me")[^1].Authorization);
    }

    [Fact]
    public async Task An_API_that_requires_a_nonce_gets_it_in_a_second_attempt()
    {
        await OpenBoundAsync();
        Network.Next("/orders", Network.Answer(
            HttpStatusCode.Unauthorized, "", "text/plain", ("WWW-Authenticate", "DPoP error=\"use_dpop_nonce\""), ("DPoP-Nonce", "the-api-s")));
        Network.Next("/orders", Network.Answer(HttpStatusCode.OK, "", "text/plain"));

        var answer = await Http.PostAsync("/orders", new StringContent("one coffee"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["one coffee", "one coffee"], Network.Requests("/orders").Select(seen => seen.Body));
    }
}
