using System.Net;
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
        var refusal = await ChangeAsync(
            context.Caller(), request.CurrentPassword, request.NewPassword, context.Address(), context.RequestAborted);
        if (refusal is not null)
        {
            await context.WriteProblemAsync(refusal);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>The change without its transport; null when it is done.</summary>
    public async Task<Refusal?> ChangeAsync(
        Caller caller, string current, string chosen, IPAddress address, CancellationToken cancel)
    {
        if (await accounts.FindAsync(caller.AccountId, cancel) is not { } found)
            return new Refusal(Problems.SessionRevoked);
        // Before the check of the current one: a refused choice is no attempt.
        if (policy.Fault(chosen, found.Email) is { } weakness)
            return new Refusal(Problems.PasswordTooWeak, weakness);

        var check = await credentials.CheckAsync(found.Email, current, address, cancel);
        if (check is not CredentialOutcome.Accepted { Account: var account }) return check.ToRefusal();
        var change = await operations.SetPasswordAsync(account, chosen, caller.SessionId, address.Site(), cancel);
        return change is AccountOutcome.Done ? null : change.ToRefusal();
    }
}
