using Handstamp.Server.Audit;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The accounts. Every operation is atomic, and acknowledged only when it is durable. What ends sessions does so in
/// the same transaction, feed entries included: no moment in between in which a session outlives its reason.
/// </summary>
interface IAccountStore
{
    /// <summary>Adds the account; false when the normalized address is taken.</summary>
    Task<bool> TryCreateAsync(Account account);

    Task<Account?> FindAsync(Guid id, CancellationToken cancel);

    Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancel);

    /// <summary>In the order of normalized addresses, those after <paramref name="afterNormalizedEmail"/>.</summary>
    Task<IReadOnlyList<Account>> ListAsync(string? afterNormalizedEmail, int limit, CancellationToken cancel);

    /// <summary>
    /// Writes the account if its row still has <paramref name="readStamp"/> as its concurrency stamp, and ends its
    /// live sessions if <paramref name="ending"/> says so.
    /// </summary>
    Task<AccountUpdate> TryUpdateAsync(Account account, string readStamp, SessionEnding? ending);

    /// <summary>Deletes the account and ends its sessions; false when there is none.</summary>
    Task<bool> DeleteAsync(Guid id, DateTimeOffset now);
}

enum AccountUpdate { Done, Changed, AddressTaken }

