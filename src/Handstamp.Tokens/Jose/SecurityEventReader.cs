namespace Handstamp.Tokens.Jose;

static class SecurityEventReader
{
    /// <summary>
    /// The event, or null if this library does not know its type. The reader's <see cref="MemberReader.Fault"/> says
    /// whether it is valid.
    /// </summary>
    public static SecurityEvent? Read(MemberReader claims)
    {
        var (issuer, tokenId) = (claims.RequiredText("iss"), claims.RequiredText("jti"));
        var audience = claims.RequiredTextOrTexts("aud");
        var issuedAt = claims.RequiredTime("iat");
        if (ReadSubject(claims, issuer) is not { } subject) return null;

        return new()
        {
            Issuer = issuer,
            Audience = audience,
            TokenId = tokenId,
            IssuedAt = issuedAt,
            Subject = subject,
        };
    }

    static SecurityEventSubject? ReadSubject(MemberReader claims, string issuer)
    {
        // RFC 8417 §2.2 allows several events; OpenID Shared Signals allows one.
        var events = claims.RequiredObject("events");
        if (events.Count != 1)
            claims.Note("events must hold one event");

        if (events.Object(SecurityEventType.SessionRevoked) is { } session)
            return ReadSession(claims.RequiredObject("sub_id"), session, issuer);
        if (events.Object(SecurityEventType.KeyRevoked) is { } key) return new RevokedKey(key.RequiredText("kid"));
        return null;
    }

    static RevokedSession ReadSession(MemberReader subject, MemberReader details, string issuer)
    {
        subject.Expect("format", "complex");
        var session = subject.RequiredObject("session");
        session.Expect("format", "opaque");
        var user = subject.Object("user");
        user?.Expect("format", "iss_sub");
        user?.Expect("iss", issuer);
        // CAEP §2: the reason is optional. A session must not stay alive because the reason for its end is missing.
        var reason = details.Object("reason_admin")?.Text("en");
        return new(session.RequiredId("id"), user?.RequiredText("sub"), reason ?? "");
    }
}
