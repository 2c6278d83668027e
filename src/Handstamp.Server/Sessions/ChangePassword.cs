using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Sessions;

/// <summary>
/// The body of <c>POST /password/change</c>. A class and not a record: its text must not show the passwords.
/// </summary>
sealed class ChangePasswordRequest
{
    public required string CurrentPassword { get; init; }
    public required string NewPassword { get; init; }
}

/// <summary>
/// <c>POST /password/change</c>: a caller who knows the old password sets a new one. All of the account's sessions end,
/// with every copy of their tokens, and the caller gets a new session in the answer.
/// </summary>
sealed class ChangePassword(
    IAccountStore accounts, Credentials credentials, PasswordPolicy policy, AccountOperations operations,
    SessionLogin login, BrowserOrigin origin, TokenAnswer answer, RefusedAttempts attempts, TimeProvider clock)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SessionJson.Default.ChangePasswordRequest)).Has(out var request, out var refusal)) return refusal;
        // As at the login: the answer sets the cookie.
        if (context.Session().Transport == SessionTransport.Cookie && !origin.MayUseCookie(context.Request))
            return Problems.OriginNotAllowed;

        var outcome = await ChangeAsync(context, context.Session(), request.CurrentPassword, request.NewPassword);
        if (outcome is LoginOutcome.Refused refused) return refused.Refusal;
        var reading = ((LoginOutcome.Begun)outcome).Reading;
        await answer.WriteAsync(context, reading, sameToken: false, reading.Session.AuthenticatedAt);
        return null;
    }

    /// <summary>The change without its transport: the session that replaces the caller's, or why not.</summary>
    public async Task<LoginOutcome> ChangeAsync(HttpContext context, Session caller, string current, string chosen)
    {
        var cancel = context.RequestAborted;
        if (await accounts.FindAsync(caller.AccountId, cancel) is not { } found)
            return new LoginOutcome.Refused(Problems.SessionRevoked);
        // This comes before the check of the current password: a refused new password does not count as an attempt.
        if (policy.Fault(chosen, found) is { } weakness)
            return new LoginOutcome.Refused(new Refusal(Problems.PasswordTooWeak, weakness));

        var check = await credentials.CheckAsync(found, current, context.Address(), cancel);
        if (check is not CredentialOutcome.Accepted { Account: var account })
        {
            attempts.Note(check, found.Id, EventKind.PasswordRefused, EventKind.PasswordThrottled, Origin.Of(context), clock.Now());
            return new LoginOutcome.Refused(check.ToRefusal());
        }
        if (await operations.HashAsync(account, chosen, context.Address().Site(), cancel) is not { } hashed)
            return new LoginOutcome.Refused(new Refusal(Problems.ServerBusy, RetryAfter: HashingQueue.RetryAfter));
        return await login.ChangePasswordAsync(context, account, hashed, caller);
    }
}
