using System.Diagnostics;
using System.Text.Json;

namespace Handstamp.Tokens.Jose;

static class SecurityEventWriter
{
    public static void Write(Utf8JsonWriter json, SecurityEvent token)
    {
        json.WriteStartObject();
        json.WriteString("iss"u8, token.Issuer);
        AccessTokenWriter.WriteAudience(json, token.Audience);
        json.WriteString("jti"u8, token.TokenId);
        json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
        switch (token.Subject)
        {
            case RevokedSession session:
                WriteSubject(json, session, token.Issuer);
                OpenEvent(json, SecurityEventType.SessionRevoked, token.IssuedAt);
                if (session.Reason.Length > 0)
                    WriteReason(json, session.Reason);
                break;
            case RevokedKey key:
                OpenEvent(json, SecurityEventType.KeyRevoked, token.IssuedAt);
                json.WriteString("kid"u8, key.KeyId);
                break;
            default:
                throw new UnreachableException();
        }

        CloseEvent(json);
        json.WriteEndObject();
    }

    // OpenID Shared Signals: a complex subject that consists of identifiers of RFC 9493 (§3.2.4, opaque).
    static void WriteSubject(Utf8JsonWriter json, RevokedSession session, string issuer)
    {
        json.WriteStartObject("sub_id"u8);
        json.WriteString("format"u8, "complex"u8);
        json.WriteStartObject("session"u8);
        json.WriteString("format"u8, "opaque"u8);
        json.WriteString("id"u8, session.SessionId);
        json.WriteEndObject();
        if (session.Subject is { } subject)
            WriteUser(json, issuer, subject);
        json.WriteEndObject();
    }

    // RFC 9493 §3.2.3.
    static void WriteUser(Utf8JsonWriter json, string issuer, string subject)
    {
        json.WriteStartObject("user"u8);
        json.WriteString("format"u8, "iss_sub"u8);
        json.WriteString("iss"u8, issuer);
        json.WriteString("sub"u8, subject);
        json.WriteEndObject();
    }

    static void OpenEvent(Utf8JsonWriter json, string type, DateTimeOffset at)
    {
        json.WriteStartObject("events"u8);
        json.WriteStartObject(type);
        json.WriteNumber("event_timestamp"u8, at.ToUnixTimeSeconds());
    }

    static void CloseEvent(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // CAEP §2: a text for the administrator, by language.
    static void WriteReason(Utf8JsonWriter json, string reason)
    {
        json.WriteStartObject("reason_admin"u8);
        json.WriteString("en"u8, reason);
        json.WriteEndObject();
    }
}
