using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;

namespace Handstamp.Server.Accounts.Invitations;

/// <summary>
/// The invitations. Each operation is atomic, and acknowledged only when it is durable. The event that says who did it is written
/// there too, if and only if something has changed.
/// </summary>
interface IInvitationStore
{
    /// <summary>
    /// Adds the invitation in place of the former one of its address, whose link is no longer valid. Deletes those that have
    /// expired. False if an account has the address: then nothing has changed.
    /// </summary>
    Task<bool> TryAddAsync(Invitation invitation, Event added);

    /// <summary>The invitation of this canonical address; null if there is none, or it has expired.</summary>
    Task<Invitation?> FindAsync(string canonical, DateTimeOffset now, CancellationToken cancel);

    /// <summary>The same by its id.</summary>
    Task<Invitation?> FindAsync(Guid id, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Those that have not expired, in the order of their addresses, after this canonical address.</summary>
    Task<IReadOnlyList<Invitation>> ListAsync(string? after, int limit, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Deletes the invitation with its secrets; false if there is none.</summary>
    Task<bool> TryWithdrawAsync(Guid id, Event withdrawn);

    /// <summary>
    /// Adds the account in place of the invitation and its secrets, if this secret is valid and is one of the invitation. Of
    /// several at the same time, one does it.
    /// </summary>
    Task<InvitationAcceptance> TryAcceptAsync(Guid id, SecretKey secret, Account account, Event added);
}

/// <summary>The result of accepting an invitation. Only the first has written anything.</summary>
enum InvitationAcceptance
{
    Accepted,

    /// <summary>An account has the address.</summary>
    Taken,

    /// <summary>The secret is not valid, or the invitation is gone.</summary>
    Invalid,
}
