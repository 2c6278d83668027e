using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The accounts. Every operation is atomic, and acknowledged only when it is durable. What ends sessions does so in
/// the same transaction, feed entries included: no moment in between in which a session outlives its reason. And so is the
/// event that says who has done it, if and only if something has changed.
/// </summary>
interface IAccountStore
{
    /// <summary>Adds the account with its identifiers; false when one of them is taken.</summary>
    Task<bool> TryCreateAsync(Account account, Event added);

    Task<Account?> FindAsync(Guid id, CancellationToken cancel);

    /// <summary>The account that this name finds.</summary>
    Task<Account?> FindAsync(IdentifierKind kind, string canonical, CancellationToken cancel);

    /// <summary>
    /// The id alone. The look-up takes the same time for a known and an unknown name, so its caller's answer does not
    /// reveal by its time which one it was.
    /// </summary>
    Task<Guid?> FindIdAsync(IdentifierKind kind, string canonical, CancellationToken cancel);

    /// <summary>In the order of ids, which is that in which they were added; those after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<Account>> ListAsync(Guid? after, int limit, CancellationToken cancel);

    /// <summary>
    /// Sets the password, whatever it was, and ends the account's live sessions. The events that were written; none when
    /// there is no such account.
    /// A person who changes their own does it with <see cref="Sessions.ISessionStore.TryChangePasswordAsync"/>.
    /// </summary>
    Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed);

    /// <summary>
    /// Replaces the hash by another one of the same password, and ends nothing; false when the hash is not
    /// <paramref name="from"/> any more.
    /// </summary>
    Task<bool> TryRehashAsync(Guid id, string from, string to);

    /// <summary>
    /// Disables the account and ends its live sessions. The events that were written; none when there is no such account
    /// that is enabled.
    /// </summary>
    Task<IReadOnlyList<Event>> TryDisableAsync(Guid id, Event disabled);

    /// <summary>False when there is no such account that is disabled.</summary>
    Task<bool> TryEnableAsync(Guid id, Event enabled);

    /// <summary>Replaces the claims if they still are <paramref name="from"/>.</summary>
    Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed);

    /// <summary>
    /// Deletes the account with its identifiers and ends its live sessions. The events that were written; none when there
    /// is no such account.
    /// </summary>
    Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted);
}

/// <summary>A password as it is stored. A class and not a record: its text must not show the hash.</summary>
sealed class HashedPassword(string hash)
{
    public string Hash { get; } = hash;

    /// <summary>The security stamp that the account has from then on.</summary>
    public string Stamp { get; } = Account.NewStamp();
}
