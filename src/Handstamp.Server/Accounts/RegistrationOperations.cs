using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>How people add their own accounts.</summary>
sealed class RegistrationOperations(
    AccountOperations accounts, HashingQueue queue, IThrottleStore throttles, AuditTrail trail, IOptions<AccountOptions> options,
    TimeProvider clock)
{
    /// <summary>Whether people may register.</summary>
    public bool IsOpen => options.Value.Registration == RegistrationMode.Open;

    /// <summary>Adds an account. <paramref name="by"/> has the address that the attempt counts for.</summary>
    public async Task<OrRefusal<Account>> AddAsync(string email, string password, Origin by, CancellationToken cancel)
    {
        if (!IsOpen) return Problems.RegistrationClosed;
        if (accounts.Fault(email, password) is { } fault) return fault.ToRefusal();
        var outcome = await TryAddAsync(email, password, by, cancel);
        if (outcome is AccountOutcome.Done { Account: var account }) return account;

        var kind = outcome is AccountOutcome.Throttled or AccountOutcome.Busy ? EventKind.RegistrationThrottled : EventKind.RegistrationRefused;
        var refusal = outcome.ToRefusal();
        trail.Refuse(by.Does(kind, clock.Now()) with { Outcome = refusal.Problem.Code });
        return refusal;
    }

    async Task<AccountOutcome> TryAddAsync(string email, string password, Origin by, CancellationToken cancel)
    {
        var address = by.Address!;
        // Before anything is written, as at a login.
        using var place = queue.TryEnter(address.Site());
        if (place is null) return new AccountOutcome.Busy(HashingQueue.RetryAfter);
        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForRegistration(address), options.Value.Throttle.Registration)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new AccountOutcome.Throttled(wait);

        var outcome = await accounts.AddAsync(email, password, roles: [], place, by, cancel);
        if (!Counts(outcome)) await throttles.GiveBackAsync(attempt, now);
        return outcome;
    }

    // A taken address counts as an added one does: the search for addresses that have accounts must cost as much.
    static bool Counts(AccountOutcome outcome) => outcome is AccountOutcome.Done or AccountOutcome.AddressTaken;
}
