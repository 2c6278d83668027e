namespace Handstamp.Tokens;

/// <summary>What a security event is about: a <see cref="RevokedSession"/> or a <see cref="RevokedKey"/>.</summary>
public abstract record SecurityEventSubject
{
    private protected SecurityEventSubject() { }
}

/// <summary>A session that was ended before its time (CAEP session-revoked).</summary>
/// <param name="SessionId">The session: the <c>sid</c> of its access tokens.</param>
/// <param name="Subject">The account: the <c>sub</c> of its access tokens.</param>
/// <param name="Reason">A code that says why, for example <c>logout</c>; empty when nobody says.</param>
public sealed record RevokedSession(Guid SessionId, string? Subject, string Reason) : SecurityEventSubject;

/// <summary>
/// A key that was revoked in an emergency. Nothing that a signing key has signed is to be believed; the sessions whose
/// refresh token a key made have ended.
/// </summary>
/// <param name="KeyId">The <c>kid</c> of its tokens, or the <c>refresh_kid</c> of the access tokens of such sessions.</param>
public sealed record RevokedKey(string KeyId) : SecurityEventSubject;
