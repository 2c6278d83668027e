using Handstamp.Bearer.Feed;
using Handstamp.Bearer.Issuer;
using Handstamp.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// Checks an access token itself; <see cref="Dpop.ProofJudge"/> checks what the request has to prove besides. What
/// cannot change about a token is remembered. Its key, expiry and session are checked each time.
/// </summary>
sealed class TokenJudge
{
    static readonly TokenVerdict NoKeys =
        new TokenVerdict.Unavailable("The issuer's keys have not been loaded yet.");
    static readonly TokenVerdict NoFeed =
        new TokenVerdict.Unavailable("Revocations do not reach this API at the moment.");

    readonly IssuerKeys _keys;
    readonly IssuerClient _issuer;
    readonly RememberedTokens _remembered;
    readonly RevokedSessions _revoked;
    readonly FeedStatus _feed;
    readonly BearerMetrics _metrics;
    readonly TimeProvider _time;
    readonly ILogger<TokenJudge> _log;
    readonly AccessTokenRules _rules;
    readonly FeedLossPolicy _onFeedLost;

    public TokenJudge(
        IssuerKeys keys, IssuerClient issuer, RememberedTokens remembered, RevokedSessions revoked, FeedStatus feed,
        IOptions<HandstampBearerOptions> options, BearerMetrics metrics, TimeProvider time, ILogger<TokenJudge> log)
    {
        (_keys, _issuer, _remembered, _revoked, _feed) = (keys, issuer, remembered, revoked, feed);
        (_metrics, _time, _log, _onFeedLost) = (metrics, time, log, options.Value.OnFeedLost);
        _rules = new()
        {
            Issuer = options.Value.Authority,
            Audiences = options.Value.Audiences is { Count: > 0 } given ? [.. given] : [options.Value.Authority],
            ClockSkew = options.Value.ClockSkew,
        };
    }

    /// <summary>Completes synchronously for a remembered token, and for every token whose key is known.</summary>
    public ValueTask<TokenVerdict> JudgeAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        if (_remembered.Find(token.Span) is not { } verified || !_keys.Holds(verified.KeyId))
            return VerifyAsync(token, cancel);

        _metrics.Remembered();
        return CheckAsync(token, verified);
    }

    async ValueTask<TokenVerdict> VerifyAsync(ReadOnlyMemory<char> token, CancellationToken cancel)
    {
        if (_keys.Current is null)
            await _keys.AskAgainAsync().WaitAsync(cancel);
        if (_keys.Current is not { } keys) return NoKeys;

        var outcome = Verify(token, keys);
        if (outcome is AccessTokenOutcome.UnknownKey { KeyId: var missing } && await _keys.AskForAsync(missing).WaitAsync(cancel))
            outcome = Verify(token, _keys.Current);
        if (outcome is not AccessTokenOutcome.Verified { Token: var claims, KeyId: var keyId })
            return TokenVerdict.Refused.For(outcome);

        var verified = new VerifiedToken(claims, keyId);
        _remembered.Note(token.Span, verified);
        return await CheckAsync(token, verified);
    }

    AccessTokenOutcome Verify(ReadOnlyMemory<char> token, JsonWebKeySet keys) =>
        AccessTokenVerifier.Verify(token.Span, keys, _rules, _time.GetUtcNow());

    ValueTask<TokenVerdict> CheckAsync(ReadOnlyMemory<char> token, VerifiedToken verified)
    {
        if (_time.GetUtcNow() >= verified.ExpiresAt) return new(TokenVerdict.Refused.Expired(verified.ExpiresAt));
        if (verified.SessionId is { } session && _revoked.Contains(session))
            return new(_revoked.IsReplaced(session) ? TokenVerdict.Refused.Outdated : TokenVerdict.Refused.Revoked);
        // Its session may have rotated to another key: a refresh shows it.
        if (verified.RefreshKeyId is { } key && _revoked.HasEndedWith(key, verified.IssuedAt))
            return new(TokenVerdict.Refused.Outdated);
        if (_onFeedLost == FeedLossPolicy.Continue || _feed.State == FeedState.Following) return new(verified.Accepted);

        return _onFeedLost == FeedLossPolicy.Introspect ? IntrospectAsync(token, verified) : new(NoFeed);
    }

    async ValueTask<TokenVerdict> IntrospectAsync(ReadOnlyMemory<char> token, VerifiedToken verified)
    {
        if (_keys.Metadata?.Introspection is not { } address) return NoFeed;

        try
        {
            return await _issuer.IntrospectAsync(address, token.ToString())
                ? verified.Accepted
                // RFC 7662 §2.2: the answer gives no reason.
                : TokenVerdict.Refused.Outdated;
        }
        catch (HttpRequestException fault)
        {
            BearerLog.NotIntrospected(_log, fault);
            return NoFeed;
        }
    }
}
