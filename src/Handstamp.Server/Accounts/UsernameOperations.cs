using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>Adds a username to an account, or replaces it. Nothing here checks whether the caller is allowed to.</summary>
sealed class UsernameOperations(
    IAccountStore accounts, RegistrationOperations registration, IThrottleStore throttles, AuditTrail trail, IOptions<AccountOptions> options,
    TimeProvider clock)
{
    /// <summary>Whether accounts have usernames here.</summary>
    public bool IsOn => registration.Takes(IdentifierKind.Username);

    /// <summary>
    /// Null if the account has the username from now on. An attempt counts as a registration does: both show which usernames are
    /// taken.
    /// </summary>
    public async Task<Refusal?> ChangeAsync(Guid accountId, Guid sessionId, string name, Origin by)
    {
        if (!IsOn) return RegistrationOperations.NoUsernames with { Field = "username" };
        var username = Identifier.OfUsername(name);
        if (username.Fault() is { } fault) return new Refusal(Problems.InvalidRequest, fault) { Field = username.Member };
        var now = clock.Now();
        Throttle[] attempt = [new(ThrottleKeys.ForRegistration(by.Address!), options.Value.Throttle.Registration)];
        if (await throttles.TryTakeAsync(attempt, now) is { } wait) return new Refusal(Problems.TooManyRequests, RetryAfter: wait);
        return await SetAsync(accountId, username, sessionId, by) switch
        {
            UsernameChange.Changed or UsernameChange.Unchanged => null,
            UsernameChange.Taken => new Refusal(Problems.UsernameTaken),
            _ => new Refusal(Problems.SessionRevoked),
        };
    }

    /// <summary>An operator gives the account a username, whatever the setting is.</summary>
    public async Task<AccountOutcome> SetAsync(Account account, string name, Origin by)
    {
        var username = Identifier.OfUsername(name);
        if (username.Fault() is { } fault) return new AccountOutcome.Invalid(fault, username.Member);
        return await SetAsync(account.Id, username, session: null, by) switch
        {
            UsernameChange.Taken => new AccountOutcome.UsernameTaken(),
            UsernameChange.Changed or UsernameChange.Unchanged when await accounts.FindAsync(account.Id, CancellationToken.None) is { } changed =>
                new AccountOutcome.Done(changed),
            _ => new AccountOutcome.Changed(),
        };
    }

    async Task<UsernameChange> SetAsync(Guid accountId, Identifier username, Guid? session, Origin by)
    {
        var changed = by.Does(EventKind.AccountUsernameChanged, clock.Now()) with { AccountId = accountId, SessionId = session };
        var result = await accounts.TrySetUsernameAsync(accountId, username, session, changed);
        if (result == UsernameChange.Changed) trail.Record(changed);
        return result;
    }
}
