namespace Handstamp.Tokens;

/// <summary>What came of verifying an access token: one of the records in here.</summary>
public abstract record AccessTokenOutcome
{
    AccessTokenOutcome() { }

    /// <summary>The token is good.</summary>
    /// <param name="Token">What it says.</param>
    /// <param name="KeyId">The key that signed it.</param>
    public sealed record Verified(AccessToken Token, string KeyId) : AccessTokenOutcome;

    /// <summary>It is no access token as RFC 9068 describes it.</summary>
    /// <param name="Reason">What is wrong, for a developer. Holds nothing of the token but names of members.</param>
    public sealed record Malformed(string Reason) : AccessTokenOutcome;

    /// <summary>It is another kind of token: its <c>typ</c> is not <c>at+jwt</c>.</summary>
    public sealed record WrongType : AccessTokenOutcome;

    /// <summary>No key of the set has the id it names: forged, or the set is old.</summary>
    /// <param name="KeyId">What the token says, checked by nobody: at most 256 characters of any kind.</param>
    public sealed record UnknownKey(string KeyId) : AccessTokenOutcome;

    /// <summary>The signature is not the key's. Nothing else is known about such a token.</summary>
    public sealed record BadSignature : AccessTokenOutcome;

    /// <summary>Another issuer's.</summary>
    public sealed record WrongIssuer : AccessTokenOutcome;

    /// <summary>For another API.</summary>
    public sealed record WrongAudience : AccessTokenOutcome;

    /// <summary>Its time is over.</summary>
    /// <param name="At">When it ended.</param>
    public sealed record Expired(DateTimeOffset At) : AccessTokenOutcome;

    /// <summary>It was issued, or becomes good, in the future: a clock is wrong.</summary>
    /// <param name="At">When it starts.</param>
    public sealed record NotYetValid(DateTimeOffset At) : AccessTokenOutcome;
}
