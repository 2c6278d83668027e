using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The accounts. Every operation is atomic, and acknowledged only when it is durable. An operation that ends sessions
/// does so in the same transaction, including the feed entries, so no session outlives the reason for its end. The
/// event that says who did it is written there too, if and only if something has changed.
/// </summary>
interface IAccountStore
{
    /// <summary>Adds the account with its identifiers; false if one of them is taken.</summary>
    Task<bool> TryCreateAsync(Account account, Event added);

    /// <summary>
    /// Adds the accounts with their identifiers: all of them, or none if an id or an identifier of one is taken. No two of them
    /// have the same.
    /// </summary>
    Task<bool> TryCreateAllAsync(IReadOnlyList<NewAccount> accounts);

    /// <summary>The accounts that have the id or an identifier of one of these.</summary>
    Task<IReadOnlyList<Account>> FindHoldersAsync(IReadOnlyList<Account> accounts, CancellationToken cancel);

    Task<Account?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>The account that this name finds.</summary>
    Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel);

    /// <summary>
    /// Only the id. The look-up takes the same time for a known and an unknown name, so the time of its caller's answer
    /// does not reveal which one it was.
    /// </summary>
    Task<Guid?> FindIdAsync(IdentifierKind kind, string canonical, CancellationToken cancel);

    /// <summary>
    /// In the order of ids, which is the order in which they were added, except for imported ones that have kept their ids; those
    /// after <paramref name="after"/>.
    /// </summary>
    Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel);

    /// <summary>
    /// Sets the password, whatever it was, and ends the account's live sessions. Returns the events that were written;
    /// none if there is no such account. A change of one's own password uses
    /// <see cref="Sessions.ISessionStore.TryChangePasswordAsync"/>.
    /// </summary>
    Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed);

    /// <summary>
    /// Sets the password with a single-use secret, ends the account's live sessions, marks the address as verified, and
    /// deletes all such secrets of the account. Returns the events that were written; none if the secret is not valid, or
    /// the account is disabled, or no longer has this stamp and address, or has another address that is verified while this one
    /// is not. Then nothing has changed.
    /// </summary>
    Task<IReadOnlyList<Event>> TryResetPasswordAsync(PasswordReset reset, Event done);

    /// <summary>
    /// Replaces the hash by another one of the same password, and ends no session; false if the hash is no longer
    /// <paramref name="from"/>.
    /// </summary>
    Task<bool> TryRehashAsync(Guid id, string from, string to);

    /// <summary>
    /// Disables the account and ends its live sessions. Returns the events that were written; none if there is no such
    /// enabled account.
    /// </summary>
    Task<IReadOnlyList<Event>> TryDisableAsync(Guid id, Event disabled);

    /// <summary>False if there is no such disabled account.</summary>
    Task<bool> TryEnableAsync(Guid id, Event enabled);

    /// <summary>Replaces the claims if they still are <paramref name="from"/>.</summary>
    Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed);

    /// <summary>
    /// Deletes the account with its identifiers and ends its live sessions. Returns the events that were written; none
    /// if there is no such account.
    /// </summary>
    Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted);
}

/// <summary>A new password, set with the secret of a mail.</summary>
/// <param name="Secret">The secret of the mail.</param>
/// <param name="AccountId">The account.</param>
/// <param name="SecurityStamp">Its stamp when the mail was sent.</param>
/// <param name="Email">The canonical address that the mail went to.</param>
/// <param name="Password">The new password.</param>
sealed record PasswordReset(SecretKey Secret, Guid AccountId, string SecurityStamp, string Email, HashedPassword Password);

/// <summary>An account to add, and the event that says who did it.</summary>
readonly record struct NewAccount(Account Account, Event Added);

/// <summary>A password as it is stored. A class and not a record: its text must not show the hash.</summary>
sealed class HashedPassword(string hash)
{
    public string Hash { get; } = hash;

    /// <summary>The account's security stamp from then on.</summary>
    public string Stamp { get; } = Account.NewStamp();
}
