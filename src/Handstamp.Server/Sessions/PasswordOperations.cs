using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Sessions;

/// <summary>A new password, chosen by who knows the old one. All of the account's sessions end, with every copy of their tokens.</summary>
sealed class PasswordOperations(
    IAccountStore accounts, Credentials credentials, PasswordPolicy policy, AccountOperations operations, LoginOperations login,
    RefusedAttempts attempts, TimeProvider clock)
{
    /// <summary>The session that takes the place of the caller's, or why there is none.</summary>
    public async Task<LoginOutcome> ChangeAsync(Session caller, string current, string chosen, Origin by, CancellationToken cancel)
    {
        if (await accounts.FindAsync(caller.AccountId, cancel) is not { } found)
            return new LoginOutcome.Refused(Problems.SessionRevoked);
        // Before the check of the current one: a refused choice is no attempt.
        if (policy.Fault(chosen, found) is { } weakness) return new LoginOutcome.Refused(weakness.ToRefusal());

        var address = by.Address!;
        var check = await credentials.CheckAsync(found, current, address, cancel);
        if (check is not CredentialOutcome.Accepted { Account: var account })
        {
            attempts.Note(check, found.Id, EventKind.PasswordRefused, EventKind.PasswordThrottled, by, clock.Now());
            return new LoginOutcome.Refused(check.ToRefusal());
        }
        if (await operations.HashAsync(account, chosen, address.Site(), cancel) is not { } hashed)
            return new LoginOutcome.Refused(new Refusal(Problems.ServerBusy, RetryAfter: HashingQueue.RetryAfter));
        return await login.ChangePasswordAsync(account, hashed, caller, by);
    }
}
