using System.Text.Json;

namespace Handstamp.Tokens;

/// <summary>
/// What an OpenID Connect provider says about a person who has logged in there (OpenID Connect Core 1.0 §2).
/// </summary>
public sealed class IdToken
{
    /// <summary>The <c>typ</c> of an ID token. It may be missing (RFC 7519 §5.1).</summary>
    public const string Type = "JWT";

    /// <summary>The longest ID token that is read, in characters. Some providers list a person's groups in it.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>The most characters of a subject (OpenID Connect Core 1.0 §2).</summary>
    public const int MaxSubjectLength = 255;

    /// <summary>The provider. With the subject, it identifies the person.</summary>
    public required string Issuer { get; init; }

    /// <summary>The person at this provider. An address can change hands, the subject never does.</summary>
    public required string Subject { get; init; }

    /// <summary>The clients that the token is for.</summary>
    public required IReadOnlyList<string> Audience { get; init; }

    /// <summary>The client that has requested the token, if the provider says so: <c>azp</c>.</summary>
    public string? AuthorizedParty { get; init; }

    /// <summary>The value of the request that the token answers.</summary>
    public string? Nonce { get; init; }

    /// <summary>When it was made, by the provider's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>It is not valid from then on.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>All claims, as a JSON object: what they mean depends on the provider.</summary>
    public required JsonElement Claims { get; init; }

    /// <summary>The issuer and never the person.</summary>
    public override string ToString() => $"ID token of {Issuer}";
}

/// <summary>What an ID token has to meet.</summary>
public sealed class IdTokenRules
{
    /// <summary>In an issuer, this stands for the token's <c>tid</c>: Microsoft has an issuer for each tenant.</summary>
    public const string TenantPlace = "{tenantid}";

    /// <summary>The only issuer that is accepted; compared exactly.</summary>
    public required string Issuer { get; init; }

    /// <summary>
    /// The ids that the provider has given to this service and its apps. The token has to be for one of them, and
    /// <c>azp</c>, if it is there, has to be one of them.
    /// </summary>
    public required IReadOnlyList<string> ClientIds { get; init; }

    /// <summary>The value that was sent in the request. Null only for a provider that never returns it.</summary>
    public required string? Nonce { get; init; }

    /// <summary>How much the provider's clock may differ from this one.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The result of verifying an ID token: one of the records below.</summary>
public abstract record IdTokenOutcome
{
    IdTokenOutcome() { }

    /// <summary>The provider made this statement for this request.</summary>
    /// <param name="Token">The verified content.</param>
    public sealed record Verified(IdToken Token) : IdTokenOutcome;

    /// <summary>
    /// No key of the set has the id that the token names. Either the token is forged or the set is old.
    /// </summary>
    public sealed record UnknownKey : IdTokenOutcome;

    /// <summary>The token is not valid here.</summary>
    /// <param name="Reason">
    /// What is wrong, for a developer. Contains only names of members, and no value of the token.
    /// </param>
    public sealed record Refused(string Reason) : IdTokenOutcome;
}
