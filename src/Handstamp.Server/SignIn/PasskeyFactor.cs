using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>
/// A passkey. As the first factor the authenticator must have verified its user, and then it is two factors in one. As a
/// second factor it must be one of the account that signs in.
/// </summary>
sealed class PasskeyFactor(
    IPasskeyStore passkeys, IAccountStore accounts, PasskeyCeremonies ceremonies, CeremonyTickets tickets, IProofStore used,
    IThrottleStore throttles, IEventStore events, AuditTrail trail, IOptions<AccountOptions> options, TimeProvider clock) : IFactor
{
    public const string FactorName = "passkey";

    public string Name => FactorName;

    /// <summary>Each answer has its own: see <see cref="MethodsOf"/>.</summary>
    public IReadOnlyList<string> Methods { get; } = [];

    public async ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) =>
        (await passkeys.ListAsync(accountId, cancel)).Any(passkey => passkey.IsSecondFactor);

    /// <summary>Options for a login with a passkey alone. Nothing is stored.</summary>
    public async Task<BegunCeremony> BeginAsync()
    {
        var begun = await ceremonies.BeginAssertionAsync(account: null, []);
        return new BegunCeremony(tickets.Seal(CeremonyKind.Login, begun.State), begun.Json);
    }

    /// <summary>Options for the second factor of this sign-in; null if the account has no passkey.</summary>
    public async Task<BegunCeremony?> BeginAsync(SignInAttempt attempt, CancellationToken cancel)
    {
        Passkey[] own = [.. (await passkeys.ListAsync(attempt.AccountId, cancel)).Where(passkey => passkey.IsSecondFactor)];
        if (own.Length == 0 || await accounts.FindAsync(attempt.AccountId, cancel) is not { } account) return null;
        var begun = await ceremonies.BeginAssertionAsync(account, own);
        return new BegunCeremony(tickets.Seal(CeremonyKind.SecondFactor, begun.State), begun.Json);
    }

    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        var found = await FindAsync(answer, attempt, cancel);
        var outcome = found.Shown is { } shown
            ? await VerifyAsync(shown, answer, attempt)
            : new FactorOutcome.Refused(found.Refusal!);
        if (attempt is null && outcome is FactorOutcome.Refused { Refusal: var refusal }) Note(refusal, found.Shown?.Account.Id, answer.By);
        return outcome;
    }

    /// <summary>Reads what is shown, and whose it claims to be. Nothing is proved yet.</summary>
    async Task<(Shown? Shown, Refusal? Refusal)> FindAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        var kind = attempt is null ? CeremonyKind.Login : CeremonyKind.SecondFactor;
        if (AssertedCredential.Parse(answer.Value) is not { } credential) return (null, CredentialAnswer.NotFromABrowser);
        if (tickets.Open(kind, answer.Ceremony) is not { } ticket) return (null, Problems.PasskeyCeremonyInvalid);
        if (await passkeys.FindAsync(credential.Id, cancel) is not { } passkey
            || await accounts.FindAsync(passkey.AccountId, cancel) is not { } account)
            return (null, Problems.PasskeyUnknown);
        if (attempt is not null && (account.Id != attempt.AccountId || !passkey.IsSecondFactor)) return (null, Problems.PasskeyInvalid);
        return (new Shown(credential, ticket, passkey, account), null);
    }

    async Task<FactorOutcome> VerifyAsync(Shown shown, FactorAnswer answer, SignInAttempt? attempt)
    {
        var (credential, ticket, passkey, account) = shown;
        var assertion = await ceremonies.CompleteAssertionAsync(account, passkey, credential, ticket.State, verifyUser: attempt is null);
        if (assertion is null) return new FactorOutcome.Refused(Problems.PasskeyInvalid);
        if (account.DisabledAt is not null) return new FactorOutcome.Refused(Problems.AccountDisabled);

        var now = clock.Now();
        // It costs no hash, but each login adds a session.
        if (attempt is null && await throttles.TryTakeAsync(options.Value.Throttle.LoginsOf(account.Counted, answer.By.Address!), now) is { } wait)
            return new FactorOutcome.Refused(new Refusal(Problems.TooManyRequests, RetryAfter: wait));
        // Only now: only somebody who holds a passkey can add a row.
        if (!await used.TryUseAsync(ticket.Fingerprint, ticket.ExpiresAt)) return new FactorOutcome.Refused(Problems.PasskeyCeremonyInvalid);
        if (!await passkeys.TryUseAsync(passkey.Id, assertion.SignCount, assertion.IsBackedUp, now))
            return new FactorOutcome.Refused(await NotUsedAsync(passkey, answer.By, now));
        return new FactorOutcome.Right(account.Id, account.SecurityStamp)
        {
            Methods = MethodsOf(passkey, assertion),
            IsEnough = assertion.HasVerifiedUser,
        };
    }

    /// <summary>A synced passkey never counts as a key that cannot leave its device.</summary>
    static IReadOnlyList<string> MethodsOf(Passkey passkey, Assertion assertion)
    {
        var key = passkey.IsSynced ? FactorMethods.SoftwareKey : FactorMethods.HardwareKey;
        return assertion.HasVerifiedUser ? [key, FactorMethods.UserVerified] : [key];
    }

    void Note(Refusal refusal, Guid? accountId, Origin by)
    {
        if (refusal.Problem == Problems.InvalidRequest) return;
        var kind = refusal.Problem == Problems.TooManyRequests ? EventKind.LoginThrottled : EventKind.LoginRefused;
        trail.Refuse(by.Does(kind, clock.Now()) with { AccountId = accountId, Outcome = refusal.Problem.Code });
    }

    /// <summary>
    /// The signature was right. The passkey was removed at this moment, or its counter was not higher than the last one: then
    /// there may be two of it (WebAuthn §6.1.1), which is counted by passkey and day.
    /// </summary>
    async Task<Problem> NotUsedAsync(Passkey passkey, Origin by, DateTimeOffset now)
    {
        if (await passkeys.FindAsync(passkey.CredentialId, CancellationToken.None) is null) return Problems.PasskeyUnknown;
        var day = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var sign = by.Does(EventKind.PasskeyCloneSuspected, now) with
        {
            AccountId = passkey.AccountId,
            Detail = passkey.Id.ToString(),
            Tally = EventId.Tally(EventKind.PasskeyCloneSuspected, day, passkey.Id),
            Since = now,
        };
        await events.CountAsync([sign]);
        trail.Record(sign);
        return Problems.PasskeyInvalid;
    }

    sealed record Shown(AssertedCredential Credential, CeremonyTicket Ticket, Passkey Passkey, Account Account);
}
