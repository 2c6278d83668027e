using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;

namespace Handstamp.Server.ExternalLogins;

/// <summary>
/// Who can log in at which account by which person at a provider. Each operation is atomic, and acknowledged only when it is
/// durable. The event that says who did it is written there too, if and only if something has changed.
/// </summary>
interface IExternalLoginStore
{
    /// <summary>
    /// The account of this person at a provider, and notes that it is used; null if there is none. A label that is null changes
    /// nothing.
    /// </summary>
    Task<Guid?> TryUseAsync(string issuer, string subject, string? label, DateTimeOffset now);

    /// <summary>Adds an account with its identifiers and its first external login, or nothing.</summary>
    Task<ExternalCreation> TryCreateAsync(Account account, ExternalLogin login, Event added);

    /// <summary>
    /// Adds an external login to its account, if the account still has this stamp, is not disabled, and has fewer than
    /// <paramref name="most"/> of them.
    /// </summary>
    Task<ExternalLinking> TryLinkAsync(ExternalLogin login, string securityStamp, int most, Event linked);

    /// <summary>Removes it, unless the account could not be logged in to without it.</summary>
    Task<ExternalUnlinking> TryUnlinkAsync(Guid id, Guid accountId, Event unlinked);

    /// <summary>Those of an account, the oldest first.</summary>
    Task<IReadOnlyList<ExternalLogin>> ListAsync(Guid accountId, CancellationToken cancel);
}

/// <summary>A way to log in: a person at a provider. No two accounts have the same.</summary>
sealed record ExternalLogin
{
    public required Guid Id { get; init; }
    public required Guid AccountId { get; init; }

    /// <summary>The provider, as it names itself.</summary>
    public required string Issuer { get; init; }

    /// <summary>The person at it.</summary>
    public required string Subject { get; init; }

    /// <summary>The operator's name for the provider when it was added.</summary>
    public required string Provider { get; init; }

    /// <summary>What the person recognizes it by: an address or a user name at the provider, when it was last used.</summary>
    public string? Label { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset LastUsedAt { get; init; }
}

/// <summary>The result of adding an account. Only the first has written anything.</summary>
enum ExternalCreation
{
    Added,

    /// <summary>This person has an account already.</summary>
    Known,

    /// <summary>There is already an account with this address.</summary>
    AddressTaken,
}

/// <summary>The result of adding an external login. Only the first has written anything.</summary>
enum ExternalLinking
{
    Linked,

    /// <summary>The account has it already.</summary>
    Unchanged,

    /// <summary>It belongs to another account.</summary>
    Taken,

    /// <summary>The account has as many as it may.</summary>
    NoRoom,

    /// <summary>The account is no longer as it was read.</summary>
    AccountChanged,
}

/// <summary>The result of removing an external login. Only the first has written anything.</summary>
enum ExternalUnlinking
{
    Unlinked,
    NotFound,

    /// <summary>It is the last way to log in.</summary>
    IsLast,
}
