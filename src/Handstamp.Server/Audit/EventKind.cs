using System.Collections.Frozen;
using System.Text.Json;

namespace Handstamp.Server.Audit;

/// <summary>
/// What happened. The numbers are stored, and operators and programs read the names. Neither ever changes.
/// </summary>
enum EventKind
{
    SessionBegun = 1,

    /// <summary>One session, or several of an account together; the outcome says why.</summary>
    SessionEnded = 2,

    SessionRenamed = 3,

    /// <summary>A sign that two parties use the session. Counted by session, sign and day.</summary>
    SessionSharingSuspected = 4,

    /// <summary>A lost answer was requested again after the window. Counted by session and day.</summary>
    SessionLateRetry = 5,

    /// <summary>These are added up by network, account and minute, like all kinds up to 19.</summary>
    LoginRefused = 10,
    LoginThrottled = 11,
    RegistrationRefused = 12,
    RegistrationThrottled = 13,
    PasswordRefused = 14,
    PasswordThrottled = 15,
    ApiRefused = 16,

    AccountAdded = 20,
    AccountPasswordChanged = 21,
    AccountDisabled = 22,
    AccountEnabled = 23,
    AccountDeleted = 24,
    AccountRolesChanged = 25,
    AccountClaimsChanged = 26,
    AccountPasswordReset = 27,
    AccountEmailVerified = 28,
    AccountEmailChanged = 29,

    /// <summary>Its former address has taken the change back.</summary>
    AccountEmailChangeUndone = 30,

    /// <summary>An operator lets a mail that was given up be sent again.</summary>
    MailRetried = 31,

    KeyCreated = 40,
    KeyRotated = 41,
    KeyRevoked = 42,
    KeyDeleted = 43,
    KeyRewrapped = 44,

    FactorAdded = 45,
    FactorRemoved = 46,
    FactorRecoveryCodeUsed = 47,
    FactorRecoveryCodesRenewed = 48,

    /// <summary>An operator has removed all second factors of an account.</summary>
    FactorReset = 49,

    ApiAdded = 50,
    ApiRemoved = 51,

    PasskeyAdded = 52,
    PasskeyRenamed = 53,
    PasskeyRemoved = 54,

    /// <summary>A passkey's counter went back: there may be a copy of it. Counted by passkey and day.</summary>
    PasskeyCloneSuspected = 55,

    /// <summary>The person authenticated again in a live session; the detail says how.</summary>
    SessionReauthenticated = 70,
    ExternalLoginAdded = 60,
    ExternalLoginRemoved = 61,

    /// <summary>Its owner wants the account deleted. It is, once the grace period is over.</summary>
    AccountDeletionRequested = 71,

    /// <summary>Its owner, or an operator, has taken that back.</summary>
    AccountDeletionCancelled = 72,

    /// <summary>The detail names what was changed. Counted by session, detail and day.</summary>
    AccountProfileChanged = 73,

    /// <summary>The owner got a copy of what an owner can see of the account.</summary>
    AccountExported = 74,

    /// <summary>The account has a username, or another one.</summary>
    AccountUsernameChanged = 75,

    /// <summary>An operator has invited the owner of an address; the detail has the id of the invitation, and its roles.</summary>
    InvitationAdded = 65,
    InvitationWithdrawn = 66,

    /// <summary>The owner of an account has accepted a new version of the terms; the detail is the version.</summary>
    AccountTermsAccepted = 67,

    /// <summary>Stored password hashes were sealed or unsealed by a command; the detail is how many.</summary>
    PasswordsSealed = 90,
}

/// <summary>The names: <c>session.late_retry</c>.</summary>
static class EventKinds
{
    static readonly FrozenDictionary<EventKind, string> Names =
        Enum.GetValues<EventKind>().ToFrozenDictionary(kind => kind, NameFor);

    /// <summary>All kinds, in the order of their numbers.</summary>
    public static IReadOnlyList<EventKind> All { get; } = Enum.GetValues<EventKind>();

    /// <summary>A kind of a later version that shares the database has no name yet.</summary>
    public static string Name(this EventKind kind) => Names.GetValueOrDefault(kind) ?? $"{(int)kind}";

    /// <summary>
    /// The kinds with this name, or of this group, which is the word before the point; empty if there are none.
    /// </summary>
    public static IReadOnlyList<EventKind> Find(string nameOrGroup) =>
        [.. All.Where(kind => kind.Name() == nameOrGroup || kind.Name().StartsWith(nameOrGroup + ".", StringComparison.Ordinal))];

    /// <summary>Whether it is a refusal, which strangers can cause as often as they like.</summary>
    public static bool IsRefusal(this EventKind kind) => (int)kind is >= 10 and < 20;

    static string NameFor(EventKind kind)
    {
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
        var point = name.IndexOf('_', StringComparison.Ordinal);
        return $"{name[..point]}.{name[(point + 1)..]}";
    }
}
