using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// The entries of the log as frames of the event stream, each signed once for all followers: a Security Event Token
/// (RFC 8417), so that a proxy in between cannot forge or change a revocation.
/// </summary>
sealed class SignedEvents(KeyRingService keys, IOptions<HandstampOptions> service)
{
    // The part that the followers read together. For a follower from further behind, the entries are signed again.
    const int MaxKept = 1024;

    readonly ConcurrentDictionary<(FeedPosition Position, DateTimeOffset At), byte[]> _frames = new();
    long _ringVersion;

    public byte[] ToMessage(FeedPosition position, Revocation revocation, DateTimeOffset now)
    {
        var version = keys.Ring.Stored.Version;
        // A key may have been revoked: what it has signed must not be sent again.
        if (Interlocked.Exchange(ref _ringVersion, version) != version || _frames.Count >= MaxKept) _frames.Clear();
        return _frames.GetOrAdd((position, revocation.At), _ => Sign(position, revocation, now));
    }

    byte[] Sign(FeedPosition position, Revocation revocation, DateTimeOffset now)
    {
        var jwt = new SecurityEvent
        {
            Issuer = service.Value.Issuer,
            Audience = [service.Value.Issuer],
            TokenId = string.Create(CultureInfo.InvariantCulture, $"{revocation.Sequence}.{revocation.At.ToUnixTimeMilliseconds()}"),
            IssuedAt = revocation.At,
            Subject = SubjectOf(revocation),
        }.ToJwt(keys.Ring.SigningKey(now));
        var name = revocation.KeyId is null ? "session-revoked" : "signing-key-revoked";
        return Encoding.UTF8.GetBytes($"id: {position}\nevent: {name}\ndata: {jwt}\n\n");
    }

    static SecurityEventSubject SubjectOf(Revocation revocation) => revocation switch
    {
        { SessionId: { } session } => new RevokedSession(
            session, revocation.Subject ?? revocation.AccountId?.ToString(), JsonNamingPolicy.SnakeCaseLower.ConvertName(revocation.Reason.ToString())),
        { KeyId: { } key } => new RevokedKey(key),
        _ => throw new UnreachableException($"Revocation {revocation.Sequence} names neither a session nor a key."),
    };
}
