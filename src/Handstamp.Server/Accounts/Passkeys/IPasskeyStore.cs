using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The passkeys. Every operation is atomic, and writes its event if and only if something has changed.</summary>
interface IPasskeyStore
{
    /// <summary>
    /// Adds the passkey, if its account still has this security stamp and is enabled, and has fewer than
    /// <see cref="Passkey.Most"/>.
    /// </summary>
    Task<PasskeyAddition> AddAsync(Passkey passkey, string securityStamp, Event added);

    /// <summary>All passkeys of the account, the oldest first.</summary>
    Task<IReadOnlyList<Passkey>> ListAsync(Guid accountId, CancellationToken cancel);

    /// <summary>The passkey with this credential id, of whichever account.</summary>
    Task<Passkey?> FindAsync(byte[] credentialId, CancellationToken cancel);

    /// <summary>
    /// Records a use. False if the counter is not higher than the stored one, unless both are 0, or if the passkey is
    /// gone. Of several uses with the same counter, one is true.
    /// </summary>
    Task<bool> TryUseAsync(Guid id, long signCount, bool isBackedUp, DateTimeOffset now);

    /// <summary>Null removes the name. False if the account has no such passkey.</summary>
    Task<bool> TryRenameAsync(Guid id, Guid accountId, string? name, Event renamed);

    /// <summary>
    /// Removes a passkey, if that leaves the account what it has to keep. With the account's last second factor, its recovery codes
    /// go too.
    /// </summary>
    Task<PasskeyRemoval> TryRemoveAsync(Guid id, Guid accountId, AccountKeeps keeps, Event removed);
}

/// <summary>What the removal of a passkey has to leave to its account.</summary>
/// <param name="WayToLogIn">A password, another passkey or an external login.</param>
/// <param name="SecondFactor">Another second factor, if the passkey is one.</param>
readonly record struct AccountKeeps(bool WayToLogIn, bool SecondFactor);

/// <summary>What became of the removal of a passkey.</summary>
enum PasskeyRemoval
{
    Removed,

    /// <summary>The account has no such passkey.</summary>
    NotFound,

    /// <summary>It is the last way to log in to the account.</summary>
    IsLast,

    /// <summary>It is the last second factor, and one is required.</summary>
    IsLastFactor,
}

/// <summary>What became of a new passkey.</summary>
enum PasskeyAddition
{
    Added,

    /// <summary>There is already a passkey with this credential id, of this account or another.</summary>
    Taken,

    /// <summary>The account has as many as it can have.</summary>
    NoRoom,

    /// <summary>The account was changed, disabled or deleted since the ceremony began.</summary>
    AccountChanged,
}
