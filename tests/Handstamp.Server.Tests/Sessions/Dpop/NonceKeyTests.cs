using System.Net;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Dpop;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

/// <summary>Nonces while their MAC key is replaced, and what a challenge says about a bad proof.</summary>
public sealed class NonceKeyTests : BoundTests
{
    static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_nonce_stays_valid_after_its_key_is_replaced_and_the_new_key_makes_the_next()
    {
        var login = await Client.LoginAsync();
        var before = Client.Nonce;
        await ReplaceKeyAsync();

        using var byOldKey = await RefreshAsync(login.RefreshToken!, before);
        var after = Client.Nonce;
        using var byNewKey = await RefreshAsync(login.RefreshToken!, after);

        Assert.Equal(HttpStatusCode.OK, byOldKey.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byNewKey.StatusCode);
    }

    [Fact]
    public async Task Replacing_its_key_does_not_make_a_nonce_valid_for_longer()
    {
        var login = await Client.LoginAsync();
        var before = Client.Nonce;
        await ReplaceKeyAsync();

        App.Jump(ProofGate.NonceLifetime - Soon);

        await AssertRefusedAsync("use_dpop_nonce", await RefreshAsync(login.RefreshToken!, before));
    }

    [Fact]
    public async Task The_challenge_names_what_is_wrong_in_the_words_of_RFC_9449()
    {
        var login = await Client.LoginAsync();
        object body = new { refresh_token = login.RefreshToken };
        var used = Client.Proof(HttpMethod.Post, "/refresh");
        using var first = await Client.SendAsync(HttpMethod.Post, "/refresh", used, body);

        await AssertErrorAsync("invalid_dpop_proof", "dpop_proof_invalid", await Client.SendAsync(HttpMethod.Post, "/refresh", used, body));
        await AssertErrorAsync("invalid_dpop_proof", "dpop_proof_invalid", await Client.SendAsync(HttpMethod.Post, "/refresh", "nonsense", body));
        await AssertErrorAsync("invalid_token", "dpop_proof_required", await Client.SendAsync(HttpMethod.Post, "/refresh", proof: null, body));
        await AssertErrorAsync("invalid_token", "dpop_proof_required",
            await Client.SendAsync(HttpMethod.Get, "/me", proof: null, accessToken: login.AccessToken, scheme: "Bearer"));
        Client.Nonce = null;
        await AssertErrorAsync("use_dpop_nonce", "use_dpop_nonce",
            await Client.SendAsync(HttpMethod.Post, "/refresh", Client.Proof(HttpMethod.Post, "/refresh"), body));
    }

    async Task ReplaceKeyAsync()
    {
        var now = App.Clock.Now();
        var keys = App.Get<KeyRingService>();
        Assert.True(await keys.RotateAsync(KeyPurpose.Mac, now + Soon, TestContext.Current.CancellationToken));
        App.Jump(Soon);
        Assert.NotEqual(keys.Ring.MacKey(now).Id, keys.Ring.MacKey(App.Clock.Now()).Id);
    }

    Task<HttpResponseMessage> RefreshAsync(string token, string? nonce)
    {
        Client.Nonce = nonce;
        return Client.SendAsync(HttpMethod.Post, "/refresh", Client.Proof(HttpMethod.Post, "/refresh"), new { refresh_token = token });
    }

    static async Task AssertErrorAsync(string error, string code, HttpResponseMessage answer)
    {
        Assert.Contains($"error=\"{error}\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await AssertRefusedAsync(code, answer);
    }
}
