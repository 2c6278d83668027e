using Handstamp.Bearer.Verification;
using Handstamp.Bearer.WrongDoor;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Bearer;

/// <summary>
/// The scheme (RFC 6750). It implements the interface itself: what <c>AuthenticationHandler</c> adds, such as events,
/// forwarding and options by name, costs each request something, and is not used here.
/// </summary>
sealed class BearerHandler(TokenJudge judge, RefreshTokenWatch watch, BearerMetrics metrics) : IAuthenticationHandler
{
    const string Scheme = "Bearer ";

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

    /// <summary>401, or 503 where nothing is known against the token.</summary>
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
        // RFC 6750 §3.1: no error where there was no token.
        response.Headers.Append("WWW-Authenticate", _verdict is TokenVerdict.Refused refused
            ? $"Bearer error=\"invalid_token\", error_description=\"{refused.Description}\""
            : "Bearer");
    }

    /// <summary>403; where scopes are missing it names them.</summary>
    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        _context.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (_context.Features.Get<MissingScopes>() is { } missing)
            _context.Response.Headers.Append(
                "WWW-Authenticate", $"Bearer error=\"insufficient_scope\", scope=\"{missing}\"");
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
        if (watch.Catches(_context.Request))
            return new(TokenVerdict.Refused.RefreshToken);

        return ReadToken() is { IsEmpty: false } token
            ? judge.JudgeAsync(token, _context.RequestAborted)
            : new(NoToken);
    }

    // Another scheme's credential, or several, are left to whoever understands them.
    ReadOnlyMemory<char> ReadToken() =>
        _context.Request.Headers.Authorization is [{ } header]
        && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header.AsMemory(Scheme.Length).Trim()
            : default;

    async Task<AuthenticateResult> AnswerAsync(ValueTask<TokenVerdict> judged) => Answer(await judged);

    AuthenticateResult Answer(TokenVerdict verdict)
    {
        _verdict = verdict;
        if (verdict is TokenVerdict.NoToken)
            return AuthenticateResult.NoResult();

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
