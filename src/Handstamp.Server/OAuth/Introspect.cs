using System.Text.Json.Serialization;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.OAuth;

/// <summary>
/// <c>POST /oauth/introspect</c> (RFC 7662): whether an access token is still valid, for an API that has lost the
/// revocation feed. The caller authenticates with the credential of a resource server.
/// </summary>
sealed class Introspect(
    ResourceServerGate gate, UnknownKeys unknown, ISessionStore sessions, IOptions<HandstampOptions> service, TimeProvider clock)
{
    readonly AccessTokenRules _rules = service.Value.TokenRules;

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await gate.AdmitAsync(context)).Has(out _, out var refusal)) return refusal;
        if (!(await ReadTokenAsync(context)).Has(out var token, out refusal)) return refusal;

        if (await JudgeAsync(token, context.RequestAborted) is not { } answer) return UnknownKeys.NotNow;
        await context.Response.WriteAsJsonAsync(answer, IntrospectJson.Default.IntrospectionAnswer, cancellationToken: context.RequestAborted);
        return null;
    }

    // RFC 7662 §2.1 requires a form; RFC 6749 §3.1: a parameter must not occur twice.
    static async ValueTask<OrRefusal<string>> ReadTokenAsync(HttpContext context)
    {
        var (form, refusal) = await context.ReadFormAsync(JsonBody.MaxLength);
        if (refusal is not null) return refusal;
        return form!["token"] is [{ Length: > 0 } token]
            ? token
            : new Refusal(Problems.InvalidRequest, "The parameter 'token' must be given exactly once.");
    }

    /// <summary>Null if the token cannot be checked now.</summary>
    async Task<IntrospectionAnswer?> JudgeAsync(string jwt, CancellationToken cancel)
    {
        var now = clock.Now();
        var outcome = await unknown.VerifyAsync(jwt.AsMemory(), _rules, now);
        if (outcome is not AccessTokenOutcome.Verified { Token: var token })
            return outcome is null ? null : IntrospectionAnswer.Inactive;
        if (token.SessionId is not { } sessionId || await sessions.FindAsync(sessionId, cancel) is not { } reading)
            return IntrospectionAnswer.Inactive;
        return SessionState.IsAlive(reading, now) ? IntrospectionAnswer.For(token) : IntrospectionAnswer.Inactive;
    }
}

/// <summary>
/// RFC 7662 §2.2, and RFC 9470 §6.2 for how and when the person has authenticated. For an inactive token there is no other member, so that the answer reveals nothing about it.
/// </summary>
sealed record IntrospectionAnswer(
    bool Active, string? Iss = null, string? Sub = null, string? ClientId = null, string? Scope = null,
    IReadOnlyList<string>? Aud = null, long? Exp = null, long? Iat = null, string? TokenType = null, Guid? Sid = null, Confirmation? Cnf = null,
    string? Acr = null, long? AuthTime = null)
{
    public static readonly IntrospectionAnswer Inactive = new(false);

    public static IntrospectionAnswer For(AccessToken token) => new(
        true, token.Issuer, token.Subject, token.ClientId, token.Scope, token.Audience,
        token.ExpiresAt.ToUnixTimeSeconds(), token.IssuedAt.ToUnixTimeSeconds(), token.KeyThumbprint is null ? "Bearer" : "DPoP", token.SessionId,
        token.KeyThumbprint is null ? null : new Confirmation(token.KeyThumbprint), token.AuthenticationContext,
        token.AuthenticatedAt?.ToUnixTimeSeconds());
}

/// <summary>RFC 9449 §6.2: the key that the token is bound to.</summary>
sealed record Confirmation(string Jkt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IntrospectionAnswer))]
[JsonSerializable(typeof(Confirmation))]
sealed partial class IntrospectJson : JsonSerializerContext;
