using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.Sessions;

/// <summary>A new password, chosen by who knows the old one. All of the account's sessions end, with every copy of their tokens.</summary>
sealed class PasswordOperations(
    IAccountStore accounts, Credentials credentials, PasswordPolicy policy, AccountOperations operations, LoginOperations login,
    RefusedAttempts attempts, RecentLogin recent, TimeProvider clock)
{
    /// <summary>
    /// Why the caller has to authenticate again first; null if not. The current password is one factor. If the login had
    /// more, the password alone does not end all other sessions and begin a new one.
    /// </summary>
    public Refusal? RefuseOldLogin(Session caller) =>
        AuthenticationContexts.Of(caller.AuthenticationMethods.Split(' ')) == AuthenticationContexts.OneFactor
            ? null
            : recent.Refuse(caller.AuthenticatedAt, clock.Now());

    /// <summary>The session that takes the place of the caller's, or why there is none.</summary>
    public async Task<LoginOutcome> ChangeAsync(Session caller, string current, string chosen, Origin by, CancellationToken cancel)
    {
        if (RefuseOldLogin(caller) is { } old) return new LoginOutcome.Refused(old);
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
            return new LoginOutcome.Refused(HashingQueue.Busy);
        return await login.ChangePasswordAsync(account, hashed, caller, by);
    }
}
