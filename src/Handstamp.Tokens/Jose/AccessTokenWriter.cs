using System.Text.Json;

namespace Handstamp.Tokens.Jose;

static class AccessTokenWriter
{
    public static void Write(Utf8JsonWriter json, AccessToken token)
    {
        json.WriteStartObject();
        json.WriteString("iss"u8, token.Issuer);
        WriteAudience(json, token.Audience);
        json.WriteString("sub"u8, token.Subject);
        json.WriteString("client_id"u8, token.ClientId);
        json.WriteString("jti"u8, token.TokenId);
        json.WriteNumber("iat"u8, token.IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, token.ExpiresAt.ToUnixTimeSeconds());
        if (token.SessionId is { } sessionId)
            json.WriteString("sid"u8, sessionId);
        if (token.RefreshKeyId is { Length: > 0 } refreshKeyId)
            json.WriteString("refresh_kid"u8, refreshKeyId);
        if (token.Scope is { Length: > 0 } scope)
            json.WriteString("scope"u8, scope);
        WriteList(json, "roles"u8, token.Roles);
        WriteList(json, "amr"u8, token.AuthenticationMethods);
        if (token.AuthenticationContext is { Length: > 0 } context)
            json.WriteString("acr"u8, context);
        if (token.AuthenticatedAt is { } authenticatedAt)
            json.WriteNumber("auth_time"u8, authenticatedAt.ToUnixTimeSeconds());
        if (token.KeyThumbprint is { } thumbprint)
            WriteConfirmation(json, thumbprint);
        WriteOthers(json, token.Others);
        json.WriteEndObject();
    }

    // RFC 7519 §4.1.3: a single audience may be a plain string, and some verifiers accept no other form.
    public static void WriteAudience(Utf8JsonWriter json, IReadOnlyList<string> audience)
    {
        if (audience is [var only])
            json.WriteString("aud"u8, only);
        else
            WriteList(json, "aud"u8, audience);
    }

    static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;

        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    // RFC 9449 §6.1.
    static void WriteConfirmation(Utf8JsonWriter json, string thumbprint)
    {
        json.WriteStartObject("cnf"u8);
        json.WriteString("jkt"u8, thumbprint);
        json.WriteEndObject();
    }

    static void WriteOthers(Utf8JsonWriter json, IReadOnlyList<TokenClaim> claims)
    {
        if (claims.Count == 0) return;

        foreach (var claim in claims.GroupBy(claim => claim.Name, StringComparer.Ordinal))
            WriteOther(json, claim.Key, [.. claim]);
    }

    static void WriteOther(Utf8JsonWriter json, string name, TokenClaim[] claims)
    {
        if (AccessToken.IsReserved(name))
            throw new InvalidOperationException($"A custom claim may not be called '{name}'.");

        json.WritePropertyName(name);
        if (claims.Length > 1)
            json.WriteStartArray();
        foreach (var claim in claims)
            WriteValue(json, claim);
        if (claims.Length > 1)
            json.WriteEndArray();
    }

    static void WriteValue(Utf8JsonWriter json, TokenClaim claim)
    {
        if (claim.Kind == TokenClaimKind.String)
            json.WriteStringValue(claim.Value);
        else
            json.WriteRawValue(claim.Value);
    }
}
