namespace Handstamp.Tokens.Jose;

/// <summary>The event types that this library writes and reads (RFC 8417 §2.2, <c>events</c>).</summary>
static class SecurityEventType
{
    // CAEP §3.1.
    public const string SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked";

    public const string KeyRevoked = "urn:handstamp:event:signing-key-revoked";
}
