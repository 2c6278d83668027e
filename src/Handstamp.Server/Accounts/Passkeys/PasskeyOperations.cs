using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>Options for the browser, and the ticket with which its answer comes back.</summary>
sealed record BegunCeremony(string Ticket, string OptionsJson);

/// <summary>The passkeys of an account: added by their owner; listed, named and removed by the owner or an operator.</summary>
sealed class PasskeyOperations(
    IPasskeyStore passkeys, IAccountStore accounts, SecondFactorRule rule, PasskeyCeremonies ceremonies, SingleUseSecrets secrets,
    MailNotices notices, AuditTrail trail, TimeProvider clock)
{
    /// <summary>A second try is for a body that was misspelt; a right answer spends the ticket.</summary>
    public static readonly SecretPurpose Purpose = new("passkey", Tries: 5, Most: 5);

    /// <summary>
    /// Begins to add a passkey. With <paramref name="conditional"/> the browser may make it without asking. The ticket says so,
    /// and nothing that comes back does.
    /// </summary>
    public async Task<OrRefusal<BegunCeremony>> BeginAsync(Guid accountId, bool conditional, CancellationToken cancel)
    {
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;
        var known = await passkeys.ListAsync(accountId, cancel);
        if (known.Count >= Passkey.Most) return Problems.TooManyPasskeys;

        var options = await ceremonies.BeginCreationAsync(account, known, conditional);
        var begun = new BegunCreation(options.State, account.SecurityStamp, conditional);
        var payload = JsonSerializer.SerializeToUtf8Bytes(begun, BegunCreationJson.Default.BegunCreation);
        var ticket = await secrets.MakeAsync(Purpose, new SecretContent(accountId, payload, clock.Now() + PasskeyCeremonies.Timeout));
        return new BegunCeremony(ticket.Reveal(), options.Json);
    }

    /// <summary>Adds the passkey that the browser has made.</summary>
    public async Task<OrRefusal<Passkey>> AddAsync(
        Guid accountId, string ticket, string credential, string? name, Origin by, CancellationToken cancel)
    {
        if (!PasskeyName.IsValid(name)) return new Refusal(Problems.InvalidRequest, PasskeyName.Rule) { Field = "name" };
        if (CreatedCredential.Parse(credential) is not { } created) return CredentialAnswer.NotFromABrowser;
        if (await secrets.TryAsync(Purpose, ticket) is not { } tried || tried.Content.Subject != accountId
            || tried.Content.Read(BegunCreationJson.Default.BegunCreation) is not { } begun)
            return Problems.PasskeyCeremonyInvalid;
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;

        var now = clock.Now();
        if (await ceremonies.CompleteCreationAsync(account, created, begun.State, begun.Conditional, name, now) is not { } passkey)
            return NotForThisCeremony;
        if (!await secrets.TakeAsync(tried)) return Problems.PasskeyCeremonyInvalid;
        return await AddAsync(passkey, begun.SecurityStamp, by.Does(EventKind.PasskeyAdded, now) with
        {
            AccountId = accountId,
            Outcome = begun.Conditional ? "conditional" : null,
            Detail = passkey.Id.ToString(),
            Notice = await notices.OfAsync(MailKind.FactorAdded, accountId, by, now),
        });
    }

    /// <summary>All of them, the oldest first.</summary>
    public Task<IReadOnlyList<Passkey>> ListAsync(Guid accountId, CancellationToken cancel) => passkeys.ListAsync(accountId, cancel);

    /// <summary>Null removes the name.</summary>
    public async Task<Refusal?> RenameAsync(Guid? id, Guid accountId, string? name, Origin by)
    {
        if (!PasskeyName.IsValid(name)) return new Refusal(Problems.InvalidRequest, PasskeyName.Rule) { Field = "name" };
        var renamed = Done(EventKind.PasskeyRenamed, id, accountId, by);
        if (id is not { } known || !await passkeys.TryRenameAsync(known, accountId, name, renamed)) return Problems.PasskeyNotFound;
        trail.Record(renamed);
        return null;
    }

    /// <summary>
    /// No session ends: those that were begun with it are listed as devices. Only an operator removes the last way to log in, and
    /// the last second factor of an account that needs one.
    /// </summary>
    public async Task<Refusal?> RemoveAsync(Guid? id, Guid accountId, Origin by)
    {
        if (id is not { } known || await accounts.FindAsync(accountId, CancellationToken.None) is not { } account)
            return Problems.PasskeyNotFound;
        var isOwner = by.Actor.Kind != ActorKind.Operator;
        var keeps = new AccountKeeps(WayToLogIn: isOwner, SecondFactor: isOwner && rule.AppliesTo(account));
        var removed = Done(EventKind.PasskeyRemoved, id, accountId, by);
        removed = removed with { Notice = await notices.OfAsync(MailKind.FactorRemoved, accountId, by, removed.At) };
        var removal = await passkeys.TryRemoveAsync(known, accountId, keeps, removed);
        if (removal != PasskeyRemoval.Removed) await notices.GiveBackAsync(removed);
        switch (removal)
        {
            case PasskeyRemoval.NotFound: return Problems.PasskeyNotFound;
            case PasskeyRemoval.IsLast: return Problems.LastLoginMethod;
            case PasskeyRemoval.IsLastFactor: return Problems.LastFactor;
            default:
                trail.Record(removed);
                return null;
        }
    }

    // Why exactly is of use only to somebody who tries to forge one; but the origin is what an operator can get wrong.
    static Refusal NotForThisCeremony => new(
        Problems.InvalidRequest,
        "The passkey does not fit its ceremony. Pass the options on unchanged. If the page has another origin than this service, "
        + "list it in Passkeys:Origins.");

    async Task<OrRefusal<Passkey>> AddAsync(Passkey passkey, string securityStamp, Event added)
    {
        var addition = await passkeys.AddAsync(passkey, securityStamp, added);
        if (addition != PasskeyAddition.Added) await notices.GiveBackAsync(added);
        switch (addition)
        {
            case PasskeyAddition.Taken: return Problems.PasskeyExists;
            case PasskeyAddition.NoRoom: return Problems.TooManyPasskeys;
            case PasskeyAddition.AccountChanged: return Problems.AccountChanged;
        }
        trail.Record(added);
        return passkey;
    }

    Event Done(EventKind kind, Guid? id, Guid accountId, Origin by) =>
        by.Does(kind, clock.Now()) with { AccountId = accountId, Detail = id?.ToString() };
}

/// <summary>What the service remembers of a passkey that is being made.</summary>
/// <param name="State">What the handler wants back: the challenge and the account.</param>
/// <param name="SecurityStamp">The account's stamp when it began.</param>
/// <param name="Conditional">Whether the browser may make it without asking.</param>
sealed record BegunCreation(string State, string SecurityStamp, bool Conditional);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BegunCreation))]
sealed partial class BegunCreationJson : JsonSerializerContext;
