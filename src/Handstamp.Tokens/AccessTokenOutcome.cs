namespace Handstamp.Tokens;

/// <summary>The result of verifying an access token: one of the records below.</summary>
public abstract record AccessTokenOutcome
{
    AccessTokenOutcome() { }

    /// <summary>The token is valid.</summary>
    /// <param name="Token">The verified content.</param>
    /// <param name="KeyId">The key that signed it.</param>
    public sealed record Verified(AccessToken Token, string KeyId) : AccessTokenOutcome;

    /// <summary>The text is not an access token as described in RFC 9068.</summary>
    /// <param name="Reason">
    /// What is wrong, for a developer. Contains only names of members, and no value of the token.
    /// </param>
    public sealed record Malformed(string Reason) : AccessTokenOutcome;

    /// <summary>The token is of another kind: its <c>typ</c> is not <c>at+jwt</c>.</summary>
    public sealed record WrongType : AccessTokenOutcome;

    /// <summary>
    /// No key of the set has the id that the token names. Either the token is forged or the set is old.
    /// </summary>
    /// <param name="KeyId">The key id in the token, unverified: at most 256 characters of any kind.</param>
    public sealed record UnknownKey(string KeyId) : AccessTokenOutcome;

    /// <summary>The signature does not match the key. Nothing else is known about such a token.</summary>
    public sealed record BadSignature : AccessTokenOutcome;

    /// <summary>It is from another issuer.</summary>
    public sealed record WrongIssuer : AccessTokenOutcome;

    /// <summary>It is for another API.</summary>
    public sealed record WrongAudience : AccessTokenOutcome;

    /// <summary>The token has expired.</summary>
    /// <param name="At">When it expired.</param>
    public sealed record Expired(DateTimeOffset At) : AccessTokenOutcome;

    /// <summary>The token was issued, or becomes valid, in the future: a clock is wrong.</summary>
    /// <param name="At">When it starts.</param>
    public sealed record NotYetValid(DateTimeOffset At) : AccessTokenOutcome;
}
