using System.Buffers.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>Makes the two tokens of a session in its current state.</summary>
sealed class TokenIssuer(KeyRingService keys, IOptions<HandstampOptions> service, IOptions<SessionOptions> options)
{
    const int TokenIdBytes = 16;

    readonly string _defaultAudience = service.Value.TokenAudiences[0];

    /// <param name="reading">The session, and the current state of its account.</param>
    /// <param name="resource">The audience of the access token; null for the default.</param>
    /// <param name="now">The time of the request.</param>
    public IssuedTokens Issue(SessionReading reading, string? resource, DateTimeOffset now)
    {
        var session = reading.Session;
        var accessToken = Describe(reading, resource, now);
        return new IssuedTokens(
            accessToken.ToJwt(keys.Ring.SigningKey(now)),
            accessToken.ExpiresAt - now,
            RefreshTokenOf(session),
            session.IdleExpiresAt - now,
            session.Id);
    }

    /// <summary>
    /// The token of the last generation, made with the key that the row names: a repeated request gets the same one,
    /// byte for byte.
    /// </summary>
    public RefreshToken RefreshTokenOf(Session session)
    {
        var macKey = keys.Ring.FindMacKey(session.MacKeyId)
            // The key was revoked after the session was read: a caller that asks again learns that the session has
            // ended.
            ?? throw new StorageUnavailableException($"The MAC key {session.MacKeyId} has just been revoked.");
        return RefreshToken.Create(macKey, session.Id, session.Rotation.Last);
    }

    AccessToken Describe(SessionReading reading, string? resource, DateTimeOffset now)
    {
        var session = reading.Session;
        var methods = session.AuthenticationMethods.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var expiresAt = now + options.Value.AccessTokenLifetime;
        return new AccessToken
        {
            Issuer = service.Value.Issuer,
            Audience = [resource ?? session.Audience ?? _defaultAudience],
            Subject = session.Subject ?? session.AccountId.ToString(),
            SessionId = session.Id,
            RefreshKeyId = KeyFactory.MacName(session.MacKeyId),
            ClientId = session.ClientId ?? Caller.FirstParty,
            Scope = session.Scope,
            Roles = reading.Claims.Roles,
            AuthenticationMethods = methods,
            AuthenticationContext = AuthenticationContexts.Of(methods),
            AuthenticatedAt = session.AuthenticatedAt,
            KeyThumbprint = session.KeyThumbprint,
            Others = Custom(reading.Claims),
            IssuedAt = now,
            // No access token outlives its session.
            ExpiresAt = expiresAt < session.ExpiresAt ? expiresAt : session.ExpiresAt,
            TokenId = NewTokenId(now),
        };
    }

    static IReadOnlyList<TokenClaim> Custom(AccountClaims claims) =>
        claims.Custom.Count == 0 ? [] :
        [
            // A name that an account uses may have got a reserved meaning later.
            .. claims.Custom.Where(claim => !AccessToken.IsReserved(claim.Name)).Select(claim => new TokenClaim(claim.Name, claim.Value, TokenClaimKind.String)),
        ];

    // It has to be unique, and is no secret: OpenSSL's generator would take more than twice as long.
    static string NewTokenId(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[TokenIdBytes];
        Guid.CreateVersion7(now).TryWriteBytes(id, bigEndian: true, out _);
        return Base64Url.EncodeToString(id);
    }
}
