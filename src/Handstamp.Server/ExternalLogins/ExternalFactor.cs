using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins;

/// <summary>
/// A login at a provider. It is a first factor, as a password is: what the provider has asked the person for is not known here.
/// </summary>
sealed class ExternalFactor(
    Ceremonies ceremonies, ExternalVisits visits, ExternalAccounts accounts, IThrottleStore throttles, AuditTrail trail,
    IOptions<AccountOptions> options, TimeProvider clock) : IFactor
{
    public const string FactorName = "external";

    public string Name => FactorName;

    // Not in the registry of RFC 8176, which has no value for it.
    public IReadOnlyList<string> Methods { get; } = ["ext"];

    public ValueTask<bool> IsSecondOfAsync(Guid accountId, CancellationToken cancel) => ValueTask.FromResult(false);

    /// <summary>The identifier of the answer is the ceremony, and its value what the provider has sent.</summary>
    public async Task<FactorOutcome> VerifyAsync(FactorAnswer answer, SignInAttempt? attempt, CancellationToken cancel)
    {
        if (attempt is not null || answer.Identifier is not { } text) return new FactorOutcome.Refused(CallbackAnswer.NotBegunHere);
        var (account, refusal) = await FindAsync(text, answer);
        if (refusal is null) return new FactorOutcome.Right(account!.Id, account.SecurityStamp);

        var kind = refusal.Problem == Problems.TooManyRequests ? EventKind.LoginThrottled : EventKind.LoginRefused;
        trail.Refuse(answer.By.Does(kind, clock.Now()) with { AccountId = account?.Id, Outcome = refusal.Problem.Code });
        return new FactorOutcome.Refused(refusal);
    }

    async Task<FoundAccount> FindAsync(string text, FactorAnswer answer)
    {
        if (!(await ceremonies.ReadAsync(text, CeremonyUse.LoginOfApp, CeremonyUse.LoginOnPages)).Has(out var open, out var refusal))
            return new FoundAccount(null, refusal);
        if (!(await visits.EndAsync(open, answer.Value, answer.By)).Has(out var identity, out refusal))
            return new FoundAccount(null, refusal);
        var found = await accounts.FindOrAddAsync(identity, open.Ceremony.Terms, answer.By, CancellationToken.None);
        return found is { Account: { } account, Refusal: null } ? found with { Refusal = await PaceAsync(account, answer.By) } : found;
    }

    /// <summary>Counts the login for the limits that a login with a password has.</summary>
    async Task<Refusal?> PaceAsync(Account account, Origin by)
    {
        var login = options.Value.Throttle.LoginsOf(account.Counted, by.Address!);
        return await throttles.TryTakeAsync(login, clock.Now()) is { } wait ? new Refusal(Problems.TooManyRequests, RetryAfter: wait) : null;
    }
}
