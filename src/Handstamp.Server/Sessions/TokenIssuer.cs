using System.Buffers.Text;
using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

/// <summary>Makes the two tokens of a session as its row now is.</summary>
sealed class TokenIssuer(KeyRingService keys, IOptions<HandstampOptions> service, IOptions<SessionOptions> options)
{
    const int TokenIdBytes = 16;

    readonly string _defaultAudience = service.Value.TokenAudiences[0];

    /// <param name="reading">The session, and what its account now is.</param>
    /// <param name="resource">For whom the access token is; null: the default.</param>
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
    /// That of the last generation, made with the key that the row names: asked twice, it is the same, byte for byte.
    /// </summary>
    public RefreshToken RefreshTokenOf(Session session)
    {
        var macKey = keys.Ring.FindMacKey(session.MacKeyId)
            // Revoked since the session was read: who asks again is told that it has ended.
            ?? throw new StorageUnavailableException($"The MAC key {session.MacKeyId} has just been revoked.");
        return RefreshToken.Create(macKey, session.Id, session.Rotation.Last);
    }

    AccessToken Describe(SessionReading reading, string? resource, DateTimeOffset now)
    {
        var session = reading.Session;
        var expiresAt = now + options.Value.AccessTokenLifetime;
        return new AccessToken
        {
            Issuer = service.Value.Issuer,
            Audience = [resource ?? session.Audience ?? _defaultAudience],
            Subject = session.AccountId.ToString(),
            SessionId = session.Id,
            RefreshKeyId = KeyFactory.MacName(session.MacKeyId),
            ClientId = session.ClientId ?? Caller.FirstParty,
            Scope = session.Scope,
            Roles = reading.Claims.Roles,
            AuthenticationMethods = session.AuthenticationMethods.Split(' '),
            AuthenticatedAt = session.AuthenticatedAt,
            KeyThumbprint = session.KeyThumbprint,
            Others = Custom(reading.Claims),
            IssuedAt = now,
            // No access token outlives its session.
            ExpiresAt = expiresAt < session.ExpiresAt ? expiresAt : session.ExpiresAt,
            TokenId = NewTokenId(),
        };
    }

    static IReadOnlyList<TokenClaim> Custom(AccountClaims claims) =>
        claims.Custom.Count == 0 ? [] :
        [
            // A name that an account has may have got a meaning of its own since.
            .. claims.Custom.Where(claim => !AccessToken.IsReserved(claim.Name)).Select(claim => new TokenClaim(claim.Name, claim.Value, TokenClaimKind.String)),
        ];

    static string NewTokenId()
    {
        Span<byte> id = stackalloc byte[TokenIdBytes];
        RandomNumberGenerator.Fill(id);
        return Base64Url.EncodeToString(id);
    }
}
