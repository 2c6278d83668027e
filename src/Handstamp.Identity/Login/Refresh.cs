using System.Diagnostics;
using System.Globalization;
using Handstamp.Identity.Sessions;
using Handstamp.Identity.Tokens;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using RefreshRequest = Microsoft.AspNetCore.Identity.Data.RefreshRequest;

namespace Handstamp.Identity.Login;

/// <summary>
/// <c>POST /refresh</c>. A token that is worth nothing any more is challenged, as by MapIdentityApi. If it may be worth
/// something later, the answer is another one, so that the client keeps it.
/// </summary>
static class Refresh<TUser> where TUser : class
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public static async Task<Results<Ok<AccessTokenResponse>, EmptyHttpResult, ChallengeHttpResult, ProblemHttpResult>> HandleAsync(
        [FromBody] RefreshRequest body, HttpContext context, [FromServices] IdentitySessions<TUser> sessions)
    {
        var outcome = await sessions.RefreshAsync(body.RefreshToken ?? "", Origin.Of(context), context.RequestAborted);
        switch (outcome)
        {
            case RefreshOutcome.Granted { Reading: var reading }:
                await TokenHandler<TUser>.WriteAsync(context, sessions.Issue(reading));
                return TypedResults.Empty;
            case RefreshOutcome.Refused { Problem.Definitive: true }:
                return TypedResults.Challenge(properties: null, [IdentityConstants.BearerScheme]);
            case RefreshOutcome.Refused refused:
                return Wait(context, refused.Problem, refused.RetryAfter ?? Soon);
            case RefreshOutcome.Quiet quiet:
                return Wait(context, Problems.RefreshTokenSuperseded, quiet.Wait);
            default:
                throw new UnreachableException();
        }
    }

    static ProblemHttpResult Wait(HttpContext context, Problem problem, TimeSpan time)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(problem.Code, statusCode: problem.Status);
    }
}
