using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login/code/request</c>.</summary>
sealed class LoginCodeMailRequest
{
    public required string Email { get; init; }
}

/// <summary>The body of <c>POST /login/code</c>. A class and not a record: its text must not show the code.</summary>
sealed class LoginCodeRequest : LoginMembers
{
    public required string Email { get; init; }
    public required string Code { get; init; }
}

/// <summary>The body of <c>POST /login/link</c>. A class and not a record: its text must not show the token.</summary>
sealed class LoginLinkRequest : LoginMembers
{
    public required string Token { get; init; }
}

/// <summary>
/// A login without a password: <c>POST /login/code/request</c> sends a mail, and its code or its link is the first factor of
/// <c>POST /login/code</c> and <c>POST /login/link</c>, which answer as the login does.
/// </summary>
sealed class LoginByMail(MailLoginOperations mails, SignInAttempts attempts, LoginRoute route, IChallengeGate challenge)
{
    /// <summary>204 for every address.</summary>
    public async ValueTask<Refusal?> RequestAsync(HttpContext context)
    {
        if (mails.Fault is { } fault) return fault;
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginCodeMailRequest)).Has(out var request, out var refusal)) return refusal;
        if (await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(request.Email)) is { } demanded) return demanded;
        if (await mails.RequestAsync(request.Email, Origin.Of(context), context.RequestAborted) is { } refused) return refused;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    public async ValueTask<Refusal?> HandleCodeAsync(HttpContext context)
    {
        if (mails.Fault is { } fault) return fault;
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginCodeRequest)).Has(out var request, out var refusal)) return refusal;
        return await LogInAsync(context, request, MailCodeFactor.FactorName, request.Email, request.Code);
    }

    public async ValueTask<Refusal?> HandleLinkAsync(HttpContext context)
    {
        if (mails.Fault is { } fault) return fault;
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginLinkRequest)).Has(out var request, out var refusal)) return refusal;
        return await LogInAsync(context, request, MailLinkFactor.FactorName, email: null, request.Token);
    }

    async ValueTask<Refusal?> LogInAsync(HttpContext context, LoginMembers members, string factor, string? email, string value)
    {
        if (!route.Accept(context, members).Has(out var call, out var refusal)) return refusal;
        var answer = new FactorAnswer { Factor = factor, Identifier = email, Value = value, By = Origin.Of(context) };
        var outcome = await attempts.BeginAsync(call.Wanted, answer, context.RequestAborted);
        return await route.FinishAsync(context, outcome, call.Proof, call.Resource);
    }
}
