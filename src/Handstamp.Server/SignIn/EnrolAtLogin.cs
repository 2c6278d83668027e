using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login/mfa/totp</c>. A class and not a record: its text must not show the token.</summary>
sealed class EnrolAtLoginRequest
{
    public required string MfaToken { get; init; }
}

/// <summary>
/// <c>POST /login/mfa/totp</c>: a secret for an authenticator app, for a login that was refused with
/// <c>second_factor_required</c>. The app's first code, at <c>/login/mfa</c>, ends the login.
/// </summary>
sealed class EnrolAtLogin(SignInAttempts attempts, AccountOperations accounts, SecondFactorOperations factors)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.EnrolAtLoginRequest)).Has(out var request, out var refusal)) return refusal;
        if (!(await BeginAsync(request.MfaToken, onPages: false, context)).Has(out var begun, out refusal)) return refusal;
        await context.Response.WriteAsJsonAsync(begun, SecondFactorJson.Default.TotpEnrolment);
        return null;
    }

    /// <summary>Makes the secret; the ticket stays valid.</summary>
    public async Task<OrRefusal<TotpEnrolment>> BeginAsync(string ticket, bool onPages, HttpContext context)
    {
        var step = new SignInStep
        {
            Ticket = ticket,
            Answer = new FactorAnswer { Factor = SecondFactorKinds.Totp, Value = "", By = Origin.Of(context) },
            OnPages = onPages,
        };
        var found = await attempts.FindEnrolmentAsync(step, context.RequestAborted);
        return found is { } id && await accounts.FindAsync(id, context.RequestAborted) is { } account
            ? await factors.BeginTotpAsync(account, context.RequestAborted)
            : Problems.MfaTokenInvalid;
    }
}
