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
    /// Removes a passkey. With <paramref name="keepsOne"/>, it stays if the account has no password, no other passkey and no external
    /// login.
    /// </summary>
    Task<PasskeyRemoval> TryRemoveAsync(Guid id, Guid accountId, bool keepsOne, Event removed);
}

/// <summary>What became of the removal of a passkey.</summary>
enum PasskeyRemoval
{
    Removed,

    /// <summary>The account has no such passkey.</summary>
    NotFound,

    /// <summary>It is the last way to log in to the account.</summary>
    IsLast,
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
