namespace Handstamp.Tokens;

/// <summary>What an API requires of the access tokens that it accepts.</summary>
public sealed record AccessTokenRules
{
    /// <summary>The one issuer whose tokens are accepted; compared exactly.</summary>
    public required string Issuer { get; init; }

    /// <summary>The names of the API: the token must be for one of them.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>
    /// How far the issuer's clock may run ahead of the API's, that is, how far in the future <c>iat</c> and <c>nbf</c>
    /// may lie. 10 seconds by default, 0 to 5 minutes. Expiry is exact and is not extended by it.
    /// </summary>
    public TimeSpan ClockSkew
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(5));
            field = value;
        }
    } = TimeSpan.FromSeconds(10);
}
