using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Records refused and throttled attempts in the audit trail. The trail says whether the account exists. The answer to the
/// caller does not, and takes the same time in both cases.
/// </summary>
sealed class RefusedAttempts(IAccountStore accounts, AuditTrail trail, AttackWatch attack)
{
    /// <summary>Records an attempt at a name. Accepted and malformed attempts are not recorded.</summary>
    public async Task NoteAsync(CredentialOutcome outcome, Identifier name, EventKind refused, EventKind throttled, Origin by, DateTimeOffset now)
    {
        if (outcome is CredentialOutcome.Accepted or CredentialOutcome.Malformed) return;
        // Requests that do not get a place must not reach the database.
        var account = outcome is CredentialOutcome.Busy
            ? null
            : await accounts.FindIdAsync(name.Kind, name.Canonical, CancellationToken.None);
        Note(outcome, account, refused, throttled, by, now);
    }

    /// <summary>Notes a refused step of a sign-in that has begun. The account is null if it is not known.</summary>
    public void NoteStep(Refusal refusal, Guid? accountId, Origin by, DateTimeOffset now)
    {
        var isBusy = refusal.Problem == Problems.TooManyRequests || refusal.Problem == Problems.ServerBusy
            || refusal.Problem == Problems.FormerSystemUnavailable;
        Note(isBusy ? EventKind.LoginThrottled : EventKind.LoginRefused, refusal, accountId, by, now);
    }

    /// <summary>The same as <see cref="NoteAsync"/> for a known account.</summary>
    public void Note(CredentialOutcome outcome, Guid? accountId, EventKind refused, EventKind throttled, Origin by, DateTimeOffset now)
    {
        if (outcome is CredentialOutcome.Accepted or CredentialOutcome.Malformed) return;
        var kind = outcome is CredentialOutcome.Throttled or CredentialOutcome.Locked or CredentialOutcome.Busy or CredentialOutcome.NotKnown
            ? throttled
            : refused;
        Note(kind, outcome.ToRefusal(), accountId, by, now);
    }

    void Note(EventKind kind, Refusal refusal, Guid? accountId, Origin by, DateTimeOffset now)
    {
        // Neither an outage of the former system nor an expired token of it is an attack.
        if (refusal.Problem != Problems.FormerSystemUnavailable && refusal.Problem != Problems.FormerTokenInvalid) attack.Note(by.Address);
        trail.Refuse(by.Does(kind, now) with { AccountId = accountId, Outcome = refusal.Problem.Code });
    }
}
