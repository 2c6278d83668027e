using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn.Former;

/// <summary>The body of <c>POST /login/former</c>. A class and not a record: its text must not show the token.</summary>
sealed class LoginFormerRequest : LoginMembers
{
    /// <summary>The refresh token of the former system.</summary>
    public required string RefreshToken { get; init; }
}

/// <summary>
/// <c>POST /login/former</c>: takes a refresh token of the former system, and returns a session with its two tokens. From then on,
/// that token is another name of the session's first refresh token, so a repeated request gets what a repeated refresh gets, and
/// the former system is not asked again.
/// </summary>
sealed class LoginFormer(
    FormerSessions former, SignInAttempts attempts, IAccountSessionStore sessions, SessionRotation rotation, RefreshTokenReader reader,
    ProofGate proofs, LoginRoute route, Refresh refresh, TimeProvider clock)
{
    /// <summary>The longest token that is taken.</summary>
    public const int MaxLength = 16 * 1024;

    static readonly Refusal OwnToken = Invalid("This is a refresh token of this service. Send it to /refresh.");

    static readonly Refusal NoToken = Invalid($"A refresh token has 1 to {MaxLength} visible characters of ASCII.");

    static readonly Refusal Closed = new(Problems.FormerTokenInvalid, "This service takes no sessions of another system.");

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginFormerRequest)).Has(out var request, out var refusal)) return refusal;
        if (Fault(request.RefreshToken) is { } fault) return fault;
        if (!route.Accept(context, request).Has(out var call, out refusal)) return refusal;
        var now = clock.Now();
        if (!former.IsOn(now)) return Closed;

        var token = HashOf(request.RefreshToken);
        if (await sessions.FindMovedAsync(token, now) is { } known)
            return await proofs.UseAsync(context, call.Proof, atRefresh: true) ?? await GoOnAsync(context, call, known);

        // Not cancelled with the request: the former system may have spent the token.
        var outcome = await attempts.BeginAsync(
            call.Wanted with { FormerToken = token }, AnswerOf(request.RefreshToken, context), CancellationToken.None);
        refusal = await route.FinishAsync(context, outcome, call.Proof, call.Resource);
        // Another request with the same token was faster.
        return refusal == LoginRoute.AlreadyMoved && await sessions.FindMovedAsync(token, now) is { } moved
            ? await GoOnAsync(context, call, moved)
            : refusal;
    }

    static Refusal Invalid(string fault) => new(Problems.InvalidRequest, fault) { Field = "refresh_token" };

    static Refusal? Fault(string token) =>
        RefreshToken.LooksLikeOne(token) ? OwnToken
        : token.Length is 0 or > MaxLength || token.Any(letter => letter is <= ' ' or >= '\x7f') ? NoToken
        : null;

    /// <summary>What is kept of the token. It was made to be unguessable, so its hash says nothing about it.</summary>
    static byte[] HashOf(string token) => SHA256.HashData(Encoding.ASCII.GetBytes($"handstamp former token\0{token}"));

    static FactorAnswer AnswerOf(string token, HttpContext context) => new()
    {
        Factor = FormerTokenFactor.FactorName,
        Value = token,
        By = Origin.Of(context),
    };

    /// <summary>A refresh with the session's first token.</summary>
    async ValueTask<Refusal?> GoOnAsync(HttpContext context, LoginCall call, Guid sessionId)
    {
        var now = clock.Now();
        if (reader.ReadFirst(sessionId, now) is not { } first) return new Refusal(Problems.StorageUnavailable, RetryAfter: TimeSpan.FromSeconds(1));
        var outcome = await rotation.RefreshAsync(
            first, call.Wanted.Transport, call.Proof.KeyThumbprint, Origin.Of(context), now, context.RequestAborted);
        // The caller has none of the session's tokens, so the cookie is always set.
        return await refresh.AnswerAsync(context, outcome, isKept: false, now, call.Resource);
    }
}
