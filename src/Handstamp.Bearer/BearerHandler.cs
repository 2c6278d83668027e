using Handstamp.Bearer.Dpop;
using Handstamp.Bearer.ExposedTokens;
using Handstamp.Bearer.Verification;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Bearer;

/// <summary>
/// The scheme (RFC 6750, RFC 9449 §7). It implements the interface itself. What <c>AuthenticationHandler</c> adds, such
/// as events, forwarding and options by name, costs time in each request and is not used here.
/// </summary>
sealed class BearerHandler(TokenJudge judge, ProofJudge proofs, RefreshTokenWatch watch, BearerMetrics metrics) : IAuthenticationHandler
{
    const string Bearer = "Bearer ";
    const string Dpop = "DPoP ";

    static readonly TokenVerdict NoToken = new TokenVerdict.NoToken();

    HttpContext _context = null!;
    TokenVerdict? _verdict;
    Task<AuthenticateResult>? _result;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => _result ??= AuthenticateOnceAsync();

    /// <summary>401, or 503 if nothing is known against the token.</summary>
    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        await AuthenticateAsync();
        var response = _context.Response;
        if (_verdict is TokenVerdict.Unavailable)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "5";
            return;
        }

        response.StatusCode = StatusCodes.Status401Unauthorized;
        response.Headers.Append("WWW-Authenticate", Challenge(_verdict as TokenVerdict.Refused));
        if (_verdict == TokenVerdict.Refused.NeedsNonce)
            response.Headers[ProofJudge.NonceHeader] = proofs.NewNonce();
    }

    // RFC 6750 §3.1: no error where there was no token.
    static string Challenge(TokenVerdict.Refused? refused) => refused is null ? "Bearer"
        : $"{(refused.AsksForProof ? "DPoP algs=\"ES256 RS256\"," : "Bearer")} error=\"{refused.Error}\", error_description=\"{refused.Description}\"{CodeOf(refused)}";

    static string CodeOf(TokenVerdict.Refused refused) => refused.Code is { } code ? $", code=\"{code}\"" : "";

    /// <summary>
    /// 403. If scopes are missing, the challenge names them. If the person has to authenticate again, 401 (RFC 9470 §3), but
    /// not where scopes are missing too: those the person cannot add.
    /// </summary>
    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        var (scopes, authentication) = (_context.Features.Get<MissingScopes>(), _context.Features.Get<MissingAuthentication>());
        _context.Response.StatusCode = scopes is null && authentication is not null
            ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status403Forbidden;
        if ((scopes?.Challenge ?? authentication?.Challenge) is { } challenge)
            _context.Response.Headers.Append("WWW-Authenticate", challenge);
        return Task.CompletedTask;
    }

    Task<AuthenticateResult> AuthenticateOnceAsync()
    {
        var judged = JudgeAsync();
        return judged.IsCompletedSuccessfully
            ? Task.FromResult(Answer(judged.Result))
            : AnswerAsync(judged);
    }

    ValueTask<TokenVerdict> JudgeAsync()
    {
        if (watch.Catches(_context.Request)) return new(TokenVerdict.Refused.RefreshToken);

        // Another scheme's credential, or several credentials, are left to the handlers that understand them.
        if (_context.Request.Headers.Authorization is not [{ } header]) return new(NoToken);
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return JudgeAsync(header.AsMemory(Bearer.Length).Trim(), sentAsDpop: false);
        return header.StartsWith(Dpop, StringComparison.OrdinalIgnoreCase)
            ? JudgeAsync(header.AsMemory(Dpop.Length).Trim(), sentAsDpop: true)
            : new(NoToken);
    }

    ValueTask<TokenVerdict> JudgeAsync(ReadOnlyMemory<char> token, bool sentAsDpop)
    {
        if (token.IsEmpty) return new(NoToken);

        var judged = judge.JudgeAsync(token, _context.RequestAborted);
        return judged.IsCompletedSuccessfully
            ? ProveAsync(judged.Result, token, sentAsDpop)
            : ProveAsync(judged, token, sentAsDpop);
    }

    async ValueTask<TokenVerdict> ProveAsync(ValueTask<TokenVerdict> judged, ReadOnlyMemory<char> token, bool sentAsDpop) =>
        await ProveAsync(await judged, token, sentAsDpop);

    ValueTask<TokenVerdict> ProveAsync(TokenVerdict verdict, ReadOnlyMemory<char> token, bool sentAsDpop) =>
        verdict is TokenVerdict.Accepted { Token: var verified }
            ? proofs.JudgeAsync(_context, sentAsDpop, token, verified)
            : new(verdict);

    async Task<AuthenticateResult> AnswerAsync(ValueTask<TokenVerdict> judged) => Answer(await judged);

    AuthenticateResult Answer(TokenVerdict verdict)
    {
        _verdict = verdict;
        if (verdict is TokenVerdict.NoToken) return AuthenticateResult.NoResult();

        metrics.Judged(verdict.Outcome);
        return verdict switch
        {
            TokenVerdict.Accepted accepted => AuthenticateResult.Success(new(
                accepted.Token.CreatePrincipal(), HandstampBearerDefaults.AuthenticationScheme)),
            TokenVerdict.Refused refused => AuthenticateResult.Fail(refused.Description),
            TokenVerdict.Unavailable unavailable => AuthenticateResult.Fail(unavailable.Description),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
