using System.Collections.Frozen;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// The claims of an access token, as RFC 9068 describes it. Times are written in whole seconds; fractions are cut off.
/// <see cref="AccessTokenVerifier"/> reads one.
/// </summary>
public sealed record AccessToken
{
    internal const string Type = "at+jwt";

    // RFC 7519 §4.1, RFC 9068 §2.2, RFC 7800, RFC 8693, RFC 8417, OpenID Connect: claims with a meaning that others
    // rely on. The comparison ignores case because some verifiers do.
    static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "sid", "refresh_kid", "scope", "roles", "amr", "acr",
        "auth_time", "cnf", "act", "may_act", "azp", "nonce", "at_hash", "c_hash", "events", "sub_id", "toe", "txn");

    /// <summary><c>iss</c>: the issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: the account, or the client if it acts for itself.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: the APIs that the token is for; at least one.</summary>
    public required IReadOnlyList<string> Audience { get; init; }

    /// <summary><c>iat</c>: when it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary><c>exp</c>: from this moment on the token is not accepted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary><c>jti</c>: the token's own id.</summary>
    public required string TokenId { get; init; }

    /// <summary><c>client_id</c>: the client that the token was issued to.</summary>
    public required string ClientId { get; init; }

    /// <summary><c>sid</c>: the session.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>
    /// <c>refresh_kid</c>, Handstamp's own: the key that made the session's refresh token when this token was issued.
    /// If the key is revoked, a <see cref="RevokedKey"/> names it.
    /// </summary>
    public string? RefreshKeyId { get; init; }

    /// <summary><c>scope</c>: what the token may be used for, separated by spaces.</summary>
    public string? Scope { get; init; }

    /// <summary><c>roles</c>: the account's roles.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary><c>amr</c>: how the person proved who they are (RFC 8176).</summary>
    public IReadOnlyList<string> AuthenticationMethods { get; init; } = [];

    /// <summary>
    /// <c>acr</c>: how strong that proof was, as <see cref="AuthenticationContexts"/> names it.
    /// </summary>
    public string? AuthenticationContext { get; init; }

    /// <summary><c>auth_time</c>: when the person proved it.</summary>
    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary><c>cnf.jkt</c>: the thumbprint of the key that the token is bound to (RFC 9449 §6.1).</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>All other claims.</summary>
    public IReadOnlyList<TokenClaim> Others { get; init; } = [];

    /// <summary>Whether a name already has a meaning in a token, so that a custom claim must not use it.</summary>
    public static bool IsReserved(string claimName) => Reserved.Contains(claimName);

    /// <summary>Signs the token.</summary>
    /// <exception cref="InvalidOperationException">
    /// A custom claim has a reserved name, or the token would be longer than verifiers accept (8192 characters).
    /// </exception>
    /// <exception cref="System.Text.Json.JsonException">
    /// The value of a custom claim is not JSON of the given kind.
    /// </exception>
    public string ToJwt(SigningKey key) => Jws.Sign(key, Type, this, AccessTokenWriter.Write);
}
