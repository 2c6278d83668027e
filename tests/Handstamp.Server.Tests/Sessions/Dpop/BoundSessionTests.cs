using System.Net;
using System.Text.Json;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>What a session that is bound to a key gives to each caller.</summary>
public sealed class BoundSessionTests : BoundTests
{
    static JsonElement Claims(TokenSet tokens) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;

    static string TokenType(TokenSet tokens) => JsonDocument.Parse(tokens.Body).RootElement.GetProperty("token_type").GetString()!;

    async Task<RotationState> RowAsync(Guid session) =>
        (await App.Get<ISessionStore>().FindAsync(session, default))!.Session.Rotation;

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_login_with_a_proof_binds_the_session_and_its_access_tokens_to_the_key(string algorithm)
    {
        var client = new BoundClient(App, SigningKey.Create(JwsAlgorithm.Find(algorithm)!));

        var login = await client.LoginAsync();
        App.Jump(Window);
        var refreshed = await client.RefreshedAsync(login.RefreshToken!);

        Assert.All([login, refreshed], tokens =>
        {
            Assert.Equal("DPoP", TokenType(tokens));
            Assert.Equal(client.Key.PublicKey.Thumbprint, Claims(tokens).GetProperty("cnf").GetProperty("jkt").GetString());
        });
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
    }

    [Fact]
    public async Task The_new_session_of_a_password_change_is_bound_to_the_same_key()
    {
        var login = await Client.LoginAsync();

        using var answer = await Client.SendAsync(
            HttpMethod.Post, "/password/change",
            new { current_password = HandstampApp.Password, new_password = "another unusual sentence" }, login.AccessToken);

        var fresh = await TokenSet.ReadAsync(answer);
        Assert.Equal("DPoP", TokenType(fresh));
        Assert.Equal(Client.Key.PublicKey.Thumbprint, Claims(fresh).GetProperty("cnf").GetProperty("jkt").GetString());
        using var unproven = await App.RefreshAsync(fresh.RefreshToken!);
        Assert.Equal("dpop_proof_required", (await ProblemAnswer.ReadAsync(unproven)).Code);
        await Client.RefreshedAsync(fresh.RefreshToken!);
    }

    [Fact]
    public async Task A_login_without_a_proof_binds_nothing()
    {
        var login = await App.LoginAsync();

        Assert.Equal("Bearer", TokenType(login));
        Assert.False(Claims(login).TryGetProperty("cnf", out _));
    }

    [Fact]
    public async Task A_stolen_refresh_token_is_useless_and_harmless_without_the_key()
    {
        var login = await Client.LoginAsync();
        App.Jump(Window);
        var rotated = await Client.RefreshedAsync(login.RefreshToken!);
        App.Jump(Window);
        var row = await RowAsync(login.SessionId);
        var thief = new BoundClient(App);

        // The newest token, and the one before. Its use after its successor's would be a reuse.
        foreach (var stolen in new[] { rotated.RefreshToken!, login.RefreshToken! })
        {
            await AssertRefusedAsync("dpop_proof_required", await App.RefreshAsync(stolen));
            await AssertRefusedAsync("dpop_proof_invalid", await thief.RefreshAsync(stolen));
        }

        Assert.Equal(row, await RowAsync(login.SessionId));
        Assert.NotEqual(rotated.RefreshToken, (await Client.RefreshedAsync(rotated.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task Each_answer_needs_the_proof_within_the_window_too()
    {
        var login = await Client.LoginAsync();

        await AssertRefusedAsync("dpop_proof_required", await App.RefreshAsync(login.RefreshToken!));
        Assert.Equal(login.RefreshToken, (await Client.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task A_stolen_cookie_is_useless_without_the_key()
    {
        using var login = await Client.SendAsync(HttpMethod.Post, "/login",
            new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        var cookie = SetCookieHeaderValue.Parse(login.Headers.GetValues("Set-Cookie").First());
        App.Jump(Window);

        Task<HttpResponseMessage> RefreshAsync(string? proof) => App.SendAsync(HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
            if (proof is not null) request.Headers.Add("DPoP", proof);
        });

        await AssertRefusedAsync("dpop_proof_required", await RefreshAsync(null));
        using var own = await RefreshAsync(Client.Proof(HttpMethod.Post, "/refresh"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_caller_without_the_key_is_also_told_that_a_session_has_ended()
    {
        var login = await Client.LoginAsync();
        using var logout = await Client.SendAsync(HttpMethod.Delete, "/refresh", proof: null, new { refresh_token = login.RefreshToken });

        var answer = await ProblemAnswer.ReadAsync(await App.RefreshAsync(login.RefreshToken!));

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(("session_revoked", true), (answer.Code, answer.Definitive));
    }

    [Fact]
    public async Task A_session_that_is_not_bound_refreshes_with_or_without_a_proof()
    {
        var login = await App.LoginAsync();
        App.Jump(Window);

        var refreshed = await Client.RefreshedAsync(login.RefreshToken!);

        Assert.Equal("Bearer", TokenType(refreshed));
    }

    [Fact]
    public async Task A_bound_access_token_needs_its_scheme_and_a_proof_of_its_key_for_this_token()
    {
        var login = await Client.LoginAsync();
        var other = await Client.LoginAsync();
        var thief = new BoundClient(App) { Nonce = Client.Nonce };

        Task<HttpResponseMessage> MeAsync(string? proof, string scheme = "DPoP") =>
            Client.SendAsync(HttpMethod.Get, "/me", proof, accessToken: login.AccessToken, scheme: scheme);

        Assert.Equal(HttpStatusCode.OK, (await MeAsync(Client.Proof(HttpMethod.Get, "/me", login.AccessToken))).StatusCode);
        await AssertRefusedAsync("dpop_proof_required", await MeAsync(Client.Proof(HttpMethod.Get, "/me", login.AccessToken), "Bearer"));
        await AssertRefusedAsync("dpop_proof_required", await MeAsync(proof: null));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(thief.Proof(HttpMethod.Get, "/me", login.AccessToken)));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(Client.Proof(HttpMethod.Get, "/me", other.AccessToken)));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(Client.Proof(HttpMethod.Get, "/me")));
    }

    [Fact]
    public async Task A_token_that_is_not_bound_is_refused_as_DPoP()
    {
        var login = await App.LoginAsync();

        using var answer = await Client.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);

        Assert.Equal("access_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task Logout_and_the_device_list_work_for_a_bound_session()
    {
        var login = await Client.LoginAsync();

        using var list = await Client.SendAsync(HttpMethod.Get, "/sessions", accessToken: login.AccessToken);
        using var logout = await Client.SendAsync(HttpMethod.Post, "/logout", accessToken: login.AccessToken);

        Assert.Contains(login.SessionId.ToString(), await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
    }
}
