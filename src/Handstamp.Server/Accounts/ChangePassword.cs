using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The body of <c>POST /password/change</c>. A class and not a record: its text must not show the passwords.
/// </summary>
sealed class ChangePasswordRequest
{
    public required string CurrentPassword { get; init; }
    public required string NewPassword { get; init; }
}

/// <summary>
/// <c>POST /password/change</c>: a new password for who knows the old one. The account's other sessions end; the
/// caller's goes on.
/// </summary>
sealed class ChangePassword(
    IAccountStore accounts, Credentials credentials, PasswordPolicy policy, AccountOperations operations)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await context.ReadJsonAsync(AccountsJson.Default.ChangePasswordRequest) is not { } request) return;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await accounts.FindAsync(caller.AccountId, cancel) is not { } found)
        {
            await context.WriteProblemAsync(Problems.SessionRevoked);
            return;
        }
        // Before the check of the current one: a refused choice is no attempt.
        if (policy.Fault(request.NewPassword, found.Email) is { } weakness)
        {
            await context.WriteProblemAsync(Problems.PasswordTooWeak, weakness);
            return;
        }

        var check = await credentials.CheckAsync(found.Email, request.CurrentPassword, context.Address(), cancel);
        if (check is not CredentialOutcome.Accepted { Account: var account })
        {
            await context.WriteProblemAsync(check);
            return;
        }
        var change = await operations.SetPasswordAsync(account, request.NewPassword, caller.SessionId, cancel);
        if (change is not AccountOutcome.Done)
        {
            await context.WriteProblemAsync(change);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
