using System.Globalization;
using Handstamp.Tokens;

namespace Handstamp.Bearer.Verification;

/// <summary>The result of checking a request's credentials: one of the records below.</summary>
abstract record TokenVerdict
{
    TokenVerdict(string outcome) => Outcome = outcome;

    /// <summary>The name of the outcome in the metric.</summary>
    public string Outcome { get; }

    /// <summary>There is no token, or none that this scheme checks.</summary>
    public sealed record NoToken() : TokenVerdict("none");

    public sealed record Accepted(VerifiedToken Token) : TokenVerdict("accepted");

    /// <summary>Nothing is known against the token, but it cannot be checked now: 503.</summary>
    public sealed record Unavailable(string Description) : TokenVerdict("unavailable");

    /// <summary>The token is refused: 401. The caller gets the description.</summary>
    public sealed record Refused : TokenVerdict
    {
        Refused(
            string outcome, string description, string error = "invalid_token", bool asksForProof = false, string? code = null)
            : base(outcome) => (Description, Error, AsksForProof, Code) = (description, error, asksForProof, code);

        public string Description { get; }

        /// <summary>The <c>error</c> of RFC 6750 §3.1 or RFC 9449 §7.1.</summary>
        public string Error { get; }

        /// <summary>Whether the challenge has the DPoP scheme.</summary>
        public bool AsksForProof { get; }

        /// <summary>The login service's code for it, if it tells a client more than the <see cref="Error"/>.</summary>
        public string? Code { get; }

        public static readonly Refused Revoked = new(
            "revoked", "The session of the token has been ended.", code: "session_revoked");

        /// <summary>
        /// This token is no longer accepted. Only the issuer knows whether its caller has a better one.
        /// </summary>
        public static readonly Refused Outdated = new(
            "outdated", "The token is no longer accepted, but a new one may be.", code: AccessTokenOutdated);
        public static readonly Refused Bound = new(
            "bound", "The token is bound to a key. Send it with the DPoP scheme and a proof made with that key.", asksForProof: true);
        public static readonly Refused NotBound = new("not_bound", "The token is not bound to a key. Send it with the Bearer scheme.");
        public static readonly Refused NoOrigin = new(
            "no_origin",
            "This API does not know its own address, so it cannot check DPoP proofs. Set HandstampBearerOptions.PublicOrigin.",
            asksForProof: true);
        public static readonly Refused NeedsNonce = new(
            "nonce", "The DPoP proof needs the nonce from the DPoP-Nonce header of this response.", "use_dpop_nonce", asksForProof: true);
        public static readonly Refused RefreshToken = new(
            "refresh_token",
            "This is a refresh token, and it now counts as exposed. Send it only to the login service. "
            + "Send the access token here.");

        /// <summary>
        /// A fresh token may be accepted, for example after a key was revoked or the issuer was renamed.
        /// </summary>
        const string AccessTokenOutdated = "access_token_outdated";

        static readonly Refused WrongType = new("wrong_type", "The token is not an access token.");
        static readonly Refused UnknownKey = new(
            "unknown_key", "The token is signed with a key that its issuer does not publish.", code: AccessTokenOutdated);
        static readonly Refused BadSignature = new("bad_signature", "The token's signature is invalid.");
        static readonly Refused WrongIssuer = new("wrong_issuer", "The token is from another issuer.", code: AccessTokenOutdated);
        static readonly Refused WrongAudience = new("wrong_audience", "The token is for another API.");

        public static Refused Proof(string reason) => new(
            "proof", $"The DPoP proof is not valid for this request: {reason}.", "invalid_dpop_proof", asksForProof: true);

        public static Refused Expired(DateTimeOffset at) => new("expired", $"The token expired at {Time(at)}.");

        public static Refused For(AccessTokenOutcome outcome) => outcome switch
        {
            AccessTokenOutcome.Malformed malformed => new("malformed", $"The token is malformed: {malformed.Reason}."),
            AccessTokenOutcome.WrongType => WrongType,
            AccessTokenOutcome.UnknownKey => UnknownKey,
            AccessTokenOutcome.BadSignature => BadSignature,
            AccessTokenOutcome.WrongIssuer => WrongIssuer,
            AccessTokenOutcome.WrongAudience => WrongAudience,
            AccessTokenOutcome.Expired expired => Expired(expired.At),
            AccessTokenOutcome.NotYetValid early => new(
                "not_yet_valid", $"The token is not valid before {Time(early.At)}."),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        static string Time(DateTimeOffset at) =>
            at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
