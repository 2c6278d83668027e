using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// The body of <c>POST /email/verify</c> and <c>POST /email/change/confirm</c>: the token of a link, or an address and the code of
/// its mail. A class and not a record: its text must not show the token or the code.
/// </summary>
sealed class ProveEmailRequest
{
    public string? Token { get; init; }
    public string? Email { get; init; }
    public string? Code { get; init; }
}

/// <summary>The body of <c>POST /email/resend</c>.</summary>
sealed class ResendEmailRequest
{
    public required string Email { get; init; }
}

/// <summary>The body of <c>POST /email/change</c>.</summary>
sealed class ChangeEmailRequest
{
    public required string NewEmail { get; init; }
}

/// <summary>The body of <c>POST /email/change/undo</c>. A class and not a record: its text must not show the token.</summary>
sealed class UndoEmailChangeRequest
{
    public required string Token { get; init; }
}

/// <summary><c>POST /email/verify</c> and <c>POST /email/resend</c>.</summary>
sealed class VerifyEmail(VerificationOperations verification, IChallengeGate challenge)
{
    public ValueTask<Refusal?> HandleAsync(HttpContext context) => EmailProofs.HandleAsync(
        context,
        token => verification.VerifyAsync(token, Origin.Of(context), context.RequestAborted),
        (email, code) => verification.VerifyAsync(email, code, Origin.Of(context), context.RequestAborted));

    /// <summary>204 for every address.</summary>
    public async ValueTask<Refusal?> ResendAsync(HttpContext context)
    {
        if (!verification.IsOn) return Problems.MailNotConfigured;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ResendEmailRequest)).Has(out var request, out var refusal)) return refusal;
        if (await challenge.RefuseRequestAsync(context, EmailAddress.Canonical(request.Email)) is { } demanded) return demanded;
        return await verification.RequestAsync(request.Email, Origin.Of(context), context.RequestAborted) ?? EmailProofs.Done(context);
    }
}

/// <summary><c>POST /email/change</c>, and what follows from its mails.</summary>
sealed class ChangeEmail(EmailChangeOperations changes)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!changes.IsOn) return Problems.MailNotConfigured;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ChangeEmailRequest)).Has(out var request, out var refusal)) return refusal;
        return await changes.RequestAsync(context.Caller().AccountId, request.NewEmail, Origin.Of(context), context.RequestAborted)
            ?? EmailProofs.Done(context);
    }

    public ValueTask<Refusal?> ConfirmAsync(HttpContext context) => EmailProofs.HandleAsync(
        context,
        token => changes.ConfirmAsync(token, Origin.Of(context), context.RequestAborted),
        (email, code) => changes.ConfirmAsync(email, code, caller: null, Origin.Of(context), context.RequestAborted));

    public async ValueTask<Refusal?> UndoAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.UndoEmailChangeRequest)).Has(out var request, out var refusal)) return refusal;
        return await changes.UndoAsync(request.Token, Origin.Of(context)) ?? EmailProofs.Done(context);
    }
}

/// <summary>What the two routes that take a link or a code have in common.</summary>
static class EmailProofs
{
    static readonly Refusal NeedsOne =
        new(Problems.InvalidRequest, "Send either the member 'token', or the members 'email' and 'code'.");

    public static async ValueTask<Refusal?> HandleAsync(
        HttpContext context, Func<string, Task<Refusal?>> byToken, Func<string, string, Task<Refusal?>> byCode)
    {
        if (!(await context.ReadJsonAsync(AccountsJson.Default.ProveEmailRequest)).Has(out var request, out var refusal)) return refusal;
        var refused = request switch
        {
            { Token: { } token, Email: null, Code: null } => await byToken(token),
            { Token: null, Email: { } email, Code: { } code } => await byCode(email, code),
            _ => NeedsOne,
        };
        return refused ?? Done(context);
    }

    public static Refusal? Done(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
