using System.Net;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests.Dpop;

/// <summary>
/// A used proof is kept exactly as long as it could be used again. If it were kept for less, it could be used twice.
/// </summary>
public sealed class ProofTimesTests : IAsyncLifetime
{
    const string Origin = "https://api.example";

    static readonly SigningKey Key = SigningKey.Create(JwsAlgorithm.Es256);

    readonly Kept _kept = new();
    TestIssuer _issuer = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(
            _issuer, options => options.PublicOrigin = Origin, services => services.AddSingleton<IDpopReplayStore>(_kept));
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_proof_without_a_nonce_is_kept_for_the_minute_after_its_own_time()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(age: 5)).Status);

        Assert.Equal(In(seconds: 55), _kept.Until);
    }

    [Fact]
    public async Task A_proof_with_a_nonce_is_kept_as_long_as_the_nonce_is_valid()
    {
        var nonce = await NonceAsync();
        Pass(seconds: 100);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(nonce: nonce)).Status);

        Assert.Equal(In(seconds: 200), _kept.Until);
    }

    [Fact]
    public async Task A_proof_whose_nonce_ends_sooner_is_kept_for_its_minute()
    {
        var nonce = await NonceAsync();
        Pass(seconds: 299);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(nonce: nonce)).Status);

        Assert.Equal(In(seconds: 60), _kept.Until);
    }

    [Fact]
    public async Task No_proof_is_kept_longer_than_its_token_lives()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(tokenLives: 20)).Status);

        Assert.Equal(In(seconds: 20), _kept.Until);
    }

    [Fact]
    public async Task A_nonce_is_valid_for_five_minutes_and_not_at_their_end()
    {
        var nonce = await NonceAsync();

        Pass(seconds: 299);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(age: 1000, nonce: nonce)).Status);
        Pass(seconds: 1);
        Assert.Contains("use_dpop_nonce", (await SendAsync(age: 1000, nonce: nonce)).Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_API_that_does_not_require_nonces_gives_none_to_clients_that_need_none() =>
        Assert.Null((await SendAsync()).Nonce);

    async Task<string> NonceAsync() => (await SendAsync(age: 1000)).Nonce!;

    void Pass(int seconds) => _issuer.Clock.AdjustTime(In(seconds));

    DateTimeOffset In(int seconds) => _issuer.Clock.GetUtcNow().AddSeconds(seconds);

    Task<Answer> SendAsync(int age = 0, string? nonce = null, int tokenLives = 600)
    {
        var token = _issuer.Issue(one => one with { KeyThumbprint = Key.PublicKey.Thumbprint, ExpiresAt = In(tokenLives) });
        var proof = DpopProof.Create(Key, "GET", new Uri(Origin + "/me"), In(-age), token, nonce);
        return _api.SendAsync("/me", ("Authorization", "DPoP " + token), ("DPoP", proof));
    }

    sealed class Kept : IDpopReplayStore
    {
        public DateTimeOffset Until { get; private set; }

        public ValueTask<bool> TryUseAsync(UInt128 proof, DateTimeOffset until, CancellationToken cancel)
        {
            Until = until;
            return new(true);
        }
    }
}
