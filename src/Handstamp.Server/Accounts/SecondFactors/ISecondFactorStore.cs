using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>
/// Authenticator apps and recovery codes. Every operation is atomic, on all nodes together. The event that says who did it is
/// written with the change, if and only if something has changed.
/// </summary>
interface ISecondFactorStore
{
    /// <summary>
    /// Adds an app that is not confirmed yet, in place of another such one of the account. False if there is no such account.
    /// </summary>
    Task<bool> TryAddPendingAsync(TotpApp app);

    /// <summary>The app that waits for its first code; null if there is none since <paramref name="since"/>.</summary>
    Task<TotpApp?> FindPendingAsync(Guid accountId, DateTimeOffset since, CancellationToken cancel);

    /// <summary>
    /// Confirms the app with its first code, if the account then has at most <paramref name="most"/>. If the account has no
    /// recovery codes, it gets these.
    /// </summary>
    Task<TotpConfirmation> TryConfirmAsync(TotpUse first, string? name, int most, IReadOnlyList<RecoveryCode> codes, Event added);

    /// <summary>The confirmed apps, the oldest first.</summary>
    Task<IReadOnlyList<TotpApp>> ListAsync(Guid accountId, CancellationToken cancel);

    /// <summary>
    /// Accepts the code of a step. True for one of the callers that give it; false if that step or a later one was used.
    /// </summary>
    Task<bool> TryUseAsync(TotpUse use);

    /// <summary>How many codes the account has left.</summary>
    Task<int> CountCodesAsync(Guid accountId, CancellationToken cancel);

    /// <summary>The codes that the account has left.</summary>
    Task<IReadOnlyList<RecoveryCode>> ListCodesAsync(Guid accountId, CancellationToken cancel);

    /// <summary>Uses a code up. True for one of the callers that give it.</summary>
    Task<bool> TryUseCodeAsync(Guid accountId, byte[] mac, Event used);

    /// <summary>Replaces all codes of the account. False if it has no second factor.</summary>
    Task<bool> TryReplaceCodesAsync(Guid accountId, IReadOnlyList<RecoveryCode> codes, Event renewed);

    /// <summary>
    /// Removes a confirmed app. With the account's last second factor, its recovery codes go too; with
    /// <paramref name="keepsOne"/>, the last one stays.
    /// </summary>
    Task<TotpRemoval> TryRemoveAsync(Guid accountId, Guid id, bool keepsOne, Event removed);

    /// <summary>Removes all second factors of the account; false if it has none.</summary>
    Task<bool> TryResetAsync(Guid accountId, Event reset);

    /// <summary>When the account was first asked for a second factor that it does not have: now, or earlier.</summary>
    Task<DateTimeOffset> BeginGraceAsync(Guid accountId, DateTimeOffset now);
}

/// <summary>An authenticator app. Its secret is encrypted for this account and this id.</summary>
sealed record TotpApp
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>The name that the person has given it.</summary>
    public string? Name { get; init; }

    public required byte[] Sealed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The step of the last code that was accepted.</summary>
    public long LastStep { get; init; }
}

/// <summary>The code of an app: its step, and when it was given.</summary>
sealed record TotpUse(Guid Id, Guid AccountId, long Step, DateTimeOffset At);

/// <summary>What became of the first code of an app.</summary>
enum TotpConfirmation
{
    /// <summary>The app is a second factor now. The account had recovery codes before.</summary>
    Confirmed,

    /// <summary>The app is a second factor now, and the account has these recovery codes.</summary>
    ConfirmedWithCodes,

    /// <summary>It was confirmed or replaced meanwhile.</summary>
    Gone,

    /// <summary>The account has as many as it may have.</summary>
    TooMany,
}

/// <summary>What became of the removal of an app.</summary>
enum TotpRemoval
{
    /// <summary>It is removed.</summary>
    Removed,

    /// <summary>The account has no such app.</summary>
    NotFound,

    /// <summary>It is the last second factor, and one is required.</summary>
    IsLast,
}
