namespace Handstamp.Tokens;

/// <summary>What a security event is about: a <see cref="RevokedSession"/> or a <see cref="RevokedKey"/>.</summary>
public abstract record SecurityEventSubject
{
    private protected SecurityEventSubject() { }
}

/// <summary>A session that ended early (CAEP session-revoked).</summary>
/// <param name="SessionId">The session: the <c>sid</c> of its access tokens.</param>
/// <param name="Subject">The account: the <c>sub</c> of its access tokens.</param>
/// <param name="Reason">A code for the reason, for example <c>logout</c>; empty if the event has none.</param>
public sealed record RevokedSession(Guid SessionId, string? Subject, string Reason) : SecurityEventSubject;

/// <summary>
/// A key that was revoked in an emergency. Nothing that a revoked signing key has signed may be accepted. If the key
/// makes refresh tokens, the sessions whose refresh token it made have ended.
/// </summary>
/// <param name="KeyId">The <c>kid</c> of its tokens, or the <c>refresh_kid</c> of the access tokens of such sessions.</param>
public sealed record RevokedKey(string KeyId) : SecurityEventSubject;
