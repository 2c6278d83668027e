using System.Diagnostics;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;

namespace Handstamp.Server.ExternalLogins;

/// <summary>Logging in by a provider, and which providers an account can be logged in to by.</summary>
sealed class ExternalLoginOperations(
    SignInAttempts attempts, Ceremonies ceremonies, ExternalVisits visits, IExternalLoginStore logins, IAccountStore accounts,
    MailNotices notices, AuditTrail trail, TimeProvider clock)
{
    /// <summary>How many external logins an account can have.</summary>
    public const int MostPerAccount = 20;

    /// <summary>Begins a sign-in with what a provider has answered, where its visit has begun.</summary>
    public async Task<SignInOutcome> LoginAsync(SignInRequest wanted, string ceremony, string answer, Origin by, CancellationToken cancel)
    {
        var use = wanted.Transport == SessionTransport.Page ? CeremonyUse.LoginOnPages : CeremonyUse.LoginOfApp;
        if (!(await ceremonies.ReadAsync(ceremony, use)).Has(out _, out var refusal)) return new SignInOutcome.Refused(refusal);
        var given = new FactorAnswer { Factor = ExternalFactor.FactorName, Identifier = ceremony, Value = answer, By = by };
        return await attempts.BeginAsync(wanted, given, cancel);
    }

    /// <summary>Adds what a provider has answered to the account, for which this very visit has begun.</summary>
    public async Task<OrRefusal<ExternalLogin>> LinkAsync(
        Guid accountId, string ceremony, CeremonyUse use, string answer, Origin by, CancellationToken cancel)
    {
        if (!(await ceremonies.ReadAsync(ceremony, use)).Has(out var open, out var refusal)) return refusal;
        if (open.Ceremony.AccountId != accountId) return CallbackAnswer.NotBegunHere;
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;
        if (!(await visits.EndAsync(open, answer, by)).Has(out var identity, out refusal)) return refusal;

        var now = clock.Now();
        var login = ExternalAccounts.LoginOf(identity, accountId, now);
        var linked = by.Does(EventKind.ExternalLoginAdded, now) with
        {
            AccountId = accountId,
            Detail = login.Provider,
            Notice = await notices.OfAsync(MailKind.FactorAdded, accountId, by, now),
        };
        var linking = await logins.TryLinkAsync(login, account.SecurityStamp, MostPerAccount, linked);
        if (linking != ExternalLinking.Linked) await notices.GiveBackAsync(linked);
        switch (linking)
        {
            case ExternalLinking.Linked:
                trail.Record(linked);
                return login;
            case ExternalLinking.Unchanged:
                return (await ListAsync(accountId, cancel)).First(one => one.Issuer == login.Issuer && one.Subject == login.Subject);
            case ExternalLinking.Taken:
                return Problems.ExternalLoginTaken;
            case ExternalLinking.NoRoom:
                return new Refusal(Problems.InvalidRequest, $"An account can have at most {MostPerAccount} external logins. Remove one first.");
            case ExternalLinking.AccountChanged:
                return Problems.AccountChanged;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Removes one, unless it is the last way to log in.</summary>
    public async Task<Refusal?> UnlinkAsync(Guid? id, Guid accountId, Origin by)
    {
        if (id is not { } known) return Problems.ExternalLoginNotFound;
        var now = clock.Now();
        var unlinked = by.Does(EventKind.ExternalLoginRemoved, now) with
        {
            AccountId = accountId,
            Notice = await notices.OfAsync(MailKind.FactorRemoved, accountId, by, now),
        };
        var unlinking = await logins.TryUnlinkAsync(known, accountId, unlinked);
        if (unlinking != ExternalUnlinking.Unlinked) await notices.GiveBackAsync(unlinked);
        switch (unlinking)
        {
            case ExternalUnlinking.Unlinked:
                trail.Record(unlinked);
                return null;
            case ExternalUnlinking.NotFound:
                return Problems.ExternalLoginNotFound;
            case ExternalUnlinking.IsLast:
                return Problems.LastLoginMethod;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Those of an account, the oldest first.</summary>
    public Task<IReadOnlyList<ExternalLogin>> ListAsync(Guid accountId, CancellationToken cancel) => logins.ListAsync(accountId, cancel);
}
