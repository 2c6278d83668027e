using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>The body of <c>POST /password/forgot</c>.</summary>
sealed class ForgotPasswordRequest
{
    public required string Email { get; init; }
}

/// <summary>
/// The body of <c>POST /password/reset</c>. A class and not a record: its text must not show the token and the password.
/// </summary>
sealed class ResetPasswordRequest
{
    public required string Token { get; init; }
    public required string NewPassword { get; init; }
}

/// <summary><c>POST /password/forgot</c>: 204 for every address, whether it has an account or not.</summary>
sealed class ForgotPassword(RecoveryOperations recovery, IChallengeGate challenge)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!recovery.IsOn) return Problems.MailNotConfigured;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ForgotPasswordRequest)).Has(out var request, out var refusal)) return refusal;
        if (await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(request.Email)) is { } demanded) return demanded;
        if (await recovery.RequestAsync(request.Email, Origin.Of(context), context.RequestAborted) is { } refused) return refused;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}

/// <summary><c>POST /password/reset</c>: sets the password with the secret of a mail. It logs nobody in.</summary>
sealed class ResetPassword(RecoveryOperations recovery)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ResetPasswordRequest)).Has(out var request, out var refusal)) return refusal;
        if (await recovery.ResetAsync(request.Token, request.NewPassword, Origin.Of(context), context.RequestAborted) is { } refused)
            return refused;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
