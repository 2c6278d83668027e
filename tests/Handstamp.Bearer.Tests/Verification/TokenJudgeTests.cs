using System.Net;
using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.Bearer.Verification;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.Verification;

/// <summary>What remembering changes for a token, and what it does not change.</summary>
public sealed class TokenJudgeTests : IAsyncLifetime
{
    TestIssuer _issuer = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(_issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    int Remembered => _api.Get<RememberedTokens>().Count;

    async Task ShowAsync(string token, HttpStatusCode status = HttpStatusCode.OK) =>
        Assert.Equal(status, (await _api.GetAsync("/me", token)).Status);

    async Task<string> RememberedTokenAsync(Guid session)
    {
        var token = _issuer.Issue(token => token with { SessionId = session });
        await ShowAsync(token);
        await ShowAsync(token);
        Assert.Equal(1, Remembered);
        return token;
    }

    [Fact]
    public async Task A_token_that_is_sent_once_is_not_remembered()
    {
        await ShowAsync(_issuer.Issue());
        await ShowAsync(_issuer.Issue());
        Assert.Equal(0, Remembered);
    }

    [Fact]
    public async Task An_invalid_token_is_not_even_noted()
    {
        using var stranger = SigningKey.Create(JwsAlgorithm.Es256);
        var good = _issuer.Issue();
        // The same end of the text, by which a token is noted.
        var forged = good[..good.IndexOf('.', StringComparison.Ordinal)] + ".eyJ9" + good[good.LastIndexOf('.')..];
        for (var i = 0; i < 2; i++)
        {
            await ShowAsync(forged, HttpStatusCode.Unauthorized);
            await ShowAsync(_issuer.Issue(key: stranger), HttpStatusCode.Unauthorized);
            await ShowAsync(_issuer.Issue(token => token with { Audience = ["another"] }), HttpStatusCode.Unauthorized);
            _issuer.Clock.Advance(IssuerKeys.Pause);
        }

        await ShowAsync(good);
        Assert.Equal(0, Remembered);
    }

    [Fact]
    public async Task A_remembered_token_expires()
    {
        var token = await RememberedTokenAsync(Guid.NewGuid());
        _issuer.Clock.Advance(TimeSpan.FromMinutes(10));
        await ShowAsync(token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_remembered_token_ends_with_its_session()
    {
        var session = Guid.NewGuid();
        var token = await RememberedTokenAsync(session);
        _issuer.Revoke(session);
        await Eventually.TrueAsync(() => _api.Get<RevokedSessions>().Contains(session), "the API knows of it");
        await ShowAsync(token, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_remembered_token_ends_with_its_key()
    {
        var token = await RememberedTokenAsync(Guid.NewGuid());
        using var next = SigningKey.Create(JwsAlgorithm.Es256);
        var revoked = _issuer.Key.KeyId;
        _issuer.Published = [_issuer.Key.PublicKey, next.PublicKey];
        _issuer.RevokeKey(revoked);
        await Eventually.TrueAsync(() => !_api.Get<IssuerKeys>().Holds(revoked), "the API knows of it");
        await ShowAsync(token, HttpStatusCode.Unauthorized);
    }
}
