using Handstamp.Tokens;
using Xunit;
using static Handstamp.Bearer.Verification.TokenVerdict;

namespace Handstamp.Bearer.Tests.Verification;

/// <summary>The names of the outcomes in the metric, and what a refusal tells a caller.</summary>
public sealed class TokenVerdictTests
{
    static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_outcome_has_a_name()
    {
        Assert.Equal("none", new NoToken().Outcome);
        Assert.Equal("unavailable", new Unavailable("why").Outcome);
        Assert.Equal("revoked", Refused.Revoked.Outcome);
        Assert.Equal("outdated", Refused.Outdated.Outcome);
        Assert.Equal("bound", Refused.Bound.Outcome);
        Assert.Equal("not_bound", Refused.NotBound.Outcome);
        Assert.Equal("no_origin", Refused.NoOrigin.Outcome);
        Assert.Equal("nonce", Refused.NeedsNonce.Outcome);
        Assert.Equal("refresh_token", Refused.RefreshToken.Outcome);
        Assert.Equal("proof", Refused.Proof("why").Outcome);
        Assert.Equal("malformed", Refused.For(new AccessTokenOutcome.Malformed("why")).Outcome);
        Assert.Equal("wrong_type", Refused.For(new AccessTokenOutcome.WrongType()).Outcome);
        Assert.Equal("unknown_key", Refused.For(new AccessTokenOutcome.UnknownKey("key")).Outcome);
        Assert.Equal("bad_signature", Refused.For(new AccessTokenOutcome.BadSignature()).Outcome);
        Assert.Equal("wrong_issuer", Refused.For(new AccessTokenOutcome.WrongIssuer()).Outcome);
        Assert.Equal("wrong_audience", Refused.For(new AccessTokenOutcome.WrongAudience()).Outcome);
        Assert.Equal("expired", Refused.For(new AccessTokenOutcome.Expired(Time)).Outcome);
        Assert.Equal("not_yet_valid", Refused.For(new AccessTokenOutcome.NotYetValid(Time)).Outcome);
    }

    [Fact]
    public void Only_a_refusal_that_a_proof_could_mend_asks_for_one()
    {
        Assert.All([Refused.Bound, Refused.NoOrigin, Refused.NeedsNonce, Refused.Proof("why")], refused => Assert.True(refused.AsksForProof));
        Assert.All([Refused.Revoked, Refused.Outdated, Refused.NotBound, Refused.RefreshToken], refused => Assert.False(refused.AsksForProof));
    }

    [Fact]
    public void A_code_says_what_the_error_does_not()
    {
        Assert.Equal(("session_revoked", "access_token_outdated"), (Refused.Revoked.Code, Refused.Outdated.Code));
        Assert.Equal("access_token_outdated", Refused.For(new AccessTokenOutcome.UnknownKey("key")).Code);
        Assert.Equal("access_token_outdated", Refused.For(new AccessTokenOutcome.WrongIssuer()).Code);
        Assert.Null(Refused.For(new AccessTokenOutcome.WrongAudience()).Code);
        Assert.Equal(("use_dpop_nonce", "invalid_dpop_proof", "invalid_token"), (Refused.NeedsNonce.Error, Refused.Proof("why").Error, Refused.Bound.Error));
    }
}
