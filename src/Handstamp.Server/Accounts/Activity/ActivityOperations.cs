using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts.Activity;

/// <summary>What has happened to an account, for its owner: a part of the audit trail.</summary>
sealed class ActivityOperations(IEventStore events)
{
    /// <summary>The most that one page has.</summary>
    public const int MaxPage = 100;

    /// <summary>
    /// What owners are shown. The others are about the service itself, or so frequent and technical that they would hide the rest.
    /// </summary>
    public static readonly IReadOnlyList<EventKind> Shown =
    [
        EventKind.SessionBegun, EventKind.SessionEnded, EventKind.SessionRenamed, EventKind.SessionSharingSuspected,
        EventKind.SessionReauthenticated,
        EventKind.LoginRefused, EventKind.LoginThrottled, EventKind.PasswordRefused, EventKind.PasswordThrottled,
        EventKind.AccountAdded, EventKind.AccountPasswordChanged, EventKind.AccountPasswordReset, EventKind.AccountDisabled,
        EventKind.AccountEnabled, EventKind.AccountRolesChanged, EventKind.AccountClaimsChanged, EventKind.AccountEmailVerified,
        EventKind.AccountEmailChanged, EventKind.AccountEmailChangeUndone,
        EventKind.AccountDeletionRequested, EventKind.AccountDeletionCancelled, EventKind.AccountProfileChanged,
        EventKind.AccountUsernameChanged,
        EventKind.AccountExported, EventKind.AccountTermsAccepted,
        EventKind.FactorAdded, EventKind.FactorRemoved, EventKind.FactorRecoveryCodeUsed, EventKind.FactorRecoveryCodesRenewed,
        EventKind.FactorReset,
        EventKind.PasskeyAdded, EventKind.PasskeyRenamed, EventKind.PasskeyRemoved, EventKind.PasskeyCloneSuspected,
        EventKind.ExternalLoginAdded, EventKind.ExternalLoginRemoved,
    ];

    /// <summary>
    /// Newest first, those before this one, or the newest. It reads as many events as the page may have, so a page can have fewer,
    /// and still not be the last one.
    /// </summary>
    public async Task<ActivityPage> ReadAsync(Guid accountId, Guid? before, int limit, CancellationToken cancel)
    {
        var page = await events.ReadBackAsync(new EventFilter { AccountId = accountId, Kinds = Shown }, before, limit, cancel);
        return new ActivityPage([.. page.Events.Select(ActivityItem.Of)], page.Next);
    }
}

/// <summary>The answer of <c>GET /me/activity</c>.</summary>
/// <param name="Activity">Newest first.</param>
/// <param name="Next">For the next page: <c>before</c>. Null on the last one.</param>
sealed record ActivityPage(IReadOnlyList<ActivityItem> Activity, Guid? Next);

/// <summary>An event as the account's owner sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What happened: <c>session.begun</c>.</param>
/// <param name="At">When; for several, when last.</param>
/// <param name="By">Who: <c>owner</c>, <c>operator</c>, <c>service</c>, <c>client</c>, or <c>unknown</c> for a refused attempt.</param>
/// <param name="Outcome">Why or how.</param>
/// <param name="Count">How often.</param>
/// <param name="Since">For several: when first.</param>
/// <param name="IpAddress">Only the owner's own. The sender of a refused attempt may be another person.</param>
/// <param name="UserAgent">The same.</param>
/// <param name="SessionId">The session that it is about.</param>
sealed record ActivityItem(
    Guid Id, string Kind, DateTimeOffset At, string By, string? Outcome, int Count, DateTimeOffset? Since, string? IpAddress,
    string? UserAgent, Guid? SessionId)
{
    const string Owner = "owner";

    public static ActivityItem Of(Event done)
    {
        var by = ActorOf(done);
        return new ActivityItem(
            done.Id, done.Kind.Name(), done.At, by, done.Outcome, done.Count, done.Since,
            by == Owner ? done.By.Address?.ToString() : null, by == Owner ? done.By.UserAgent : null, done.SessionId);
    }

    static string ActorOf(Event done) => done.By.Actor switch
    {
        _ when done.Kind.IsRefusal() => "unknown",
        { Kind: ActorKind.Person, Id: null } => Owner,
        // A person who acts on the account of another one.
        { Kind: ActorKind.Person or ActorKind.Operator } => "operator",
        { Kind: ActorKind.Client } => "client",
        _ => "service",
    };
}
