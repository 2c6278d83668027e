using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Accounts.Terms;
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
    /// Adds the accounts with their identifiers and factors: all of them, or none if an id, an identifier or a passkey of one is
    /// taken. No two of them have the same.
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

    /// <summary>Accounts whose password hash is sealed under this key.</summary>
    Task<IReadOnlyList<Account>> ListSealedAsync(string keyId, int limit, CancellationToken cancel);

    /// <summary>
    /// Sets the password, whatever it was, and ends the account's live sessions. Returns the events that were written;
    /// none if there is no such account. A change of one's own password uses
    /// <see cref="Sessions.IAccountSessionStore.TryChangePasswordAsync"/>.
    /// </summary>
    Task<IReadOnlyList<Event>> TrySetPasswordAsync(Guid id, HashedPassword password, Event changed);

    /// <summary>
    /// Sets the password with a single-use secret, ends the account's live sessions, marks the address as verified, and
    /// deletes all such secrets of the account. If none of its addresses was verified before, everything else with which
    /// somebody could log in goes as well, as with <see cref="TryProveEmailAsync"/>. Returns the events that were written;
    /// none if the secret is not valid, or the account is disabled, or no longer has this stamp and address, or has another
    /// address that is verified while this one is not. Then nothing has changed.
    /// </summary>
    Task<IReadOnlyList<Event>> TryResetPasswordAsync(PasswordReset reset, Event done);

    /// <summary>
    /// Marks an address of the account as verified, and spends the secret that has shown it. If the proof is by a stranger
    /// and none of the account's addresses was verified before, nobody knows who has set what is there: the password, the
    /// secrets, and everything else with which somebody could log in, go, and the account's live sessions end. Null if
    /// the secret is not valid, or the account is disabled, or no longer has this stamp and address, or has another address
    /// that is verified while this one is not. Then nothing has changed.
    /// </summary>
    Task<ProvedEmail?> TryProveEmailAsync(EmailProof proof, Event verified);

    /// <summary>
    /// Replaces an address of the account by another one, which is verified, and spends the secret that has shown it.
    /// Returns whether it was done, and the events that were written.
    /// </summary>
    Task<EmailChanged> TryChangeEmailAsync(EmailChange change, Event changed);

    /// <summary>
    /// Takes the change of an address back. The account has only the former address from then on, and no password; its
    /// live sessions end, and its secrets go, but for those that can take back an earlier change. The passkeys, apps and
    /// external logins that were added since <see cref="EmailUndo.Since"/> go too. An account that has the former address
    /// meanwhile, and has not verified it, loses it. Returns the events that were written; none if the secret is not valid,
    /// or another account has verified the address. Then nothing has changed.
    /// </summary>
    Task<IReadOnlyList<Event>> TryUndoEmailChangeAsync(EmailUndo undo, Event undone);

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

    /// <summary>Notes what the owner has accepted; false if they had accepted this version before, or if there is no such account.</summary>
    Task<bool> TryAcceptTermsAsync(Guid id, AcceptedTerms terms, Event accepted);

    /// <summary>
    /// Gives the account this username, in place of the one that it has. <paramref name="session"/> is the caller's session, which
    /// must still be alive; null if an operator does it.
    /// </summary>
    Task<UsernameChange> TrySetUsernameAsync(Guid id, Identifier username, Guid? session, Event changed);

    /// <summary>Replaces the claims if they still are <paramref name="from"/>.</summary>
    Task<bool> TrySetClaimsAsync(Guid id, AccountClaims from, AccountClaims to, Event changed);

    /// <summary>
    /// Deletes the account with its identifiers and ends its live sessions; with <paramref name="due"/> only if its owner has
    /// asked for it, it is to be deleted by then, and it is not disabled. Returns the events that were written; none if there is no
    /// such account.
    /// </summary>
    Task<IReadOnlyList<Event>> TryDeleteAsync(Guid id, Event deleted, DateTimeOffset? due = null);

    /// <summary>
    /// Notes when the account is to be deleted, but not before its last change of address can no longer be taken back. Ends its live
    /// sessions, and changes its stamp, so that no login that has begun before ends after it. Returns the events that were written;
    /// none if the caller's session is not alive, or the account is disabled or already to be deleted. Then nothing has changed.
    /// </summary>
    Task<IReadOnlyList<Event>> TryRequestDeletionAsync(DeletionRequest request, Event requested);

    /// <summary>
    /// The account is no longer to be deleted, and the secrets that were sent for this are gone; false if it was not, or does not
    /// have this stamp. Null is any stamp.
    /// </summary>
    Task<bool> TryCancelDeletionAsync(Guid id, string? stamp, Event cancelled);

    /// <summary>The accounts that are to be deleted by then and are not disabled, those first that are due longest.</summary>
    Task<IReadOnlyList<Guid>> ListToDeleteAsync(DateTimeOffset due, int limit, CancellationToken cancel);
}

/// <summary>A new password, set with the secret of a mail.</summary>
/// <param name="Secret">The secret of the mail.</param>
/// <param name="AccountId">The account.</param>
/// <param name="SecurityStamp">Its stamp when the mail was sent.</param>
/// <param name="Email">The canonical address that the mail went to.</param>
/// <param name="Password">The new password.</param>
sealed record PasswordReset(SecretKey Secret, Guid AccountId, string SecurityStamp, string Email, HashedPassword Password);

/// <summary>Somebody has shown that an address is theirs.</summary>
/// <param name="AccountId">The account, which must not be disabled.</param>
/// <param name="SecurityStamp">The account's stamp when it was read.</param>
/// <param name="Email">The canonical address.</param>
/// <param name="Secret">The secret that was shown; null if something else has shown it.</param>
/// <param name="Spent">The purposes of the secrets that end with it.</param>
/// <param name="ByStranger">
/// Neither a session of the account nor its password was needed. False for the confirmation of an address, which its mail
/// asks the person to do only if the account is their own.
/// </param>
sealed record EmailProof(
    Guid AccountId, string SecurityStamp, string Email, SecretKey? Secret, IReadOnlyList<string> Spent, bool ByStranger);

/// <summary>The result of a proof.</summary>
/// <param name="SecurityStamp">The account's stamp after it.</param>
/// <param name="Events">The events that were written. None if nothing has changed but the secret.</param>
sealed record ProvedEmail(string SecurityStamp, IReadOnlyList<Event> Events)
{
    /// <summary>The outcome of the event, if everything that was set before is gone.</summary>
    public const string First = "first_proof";
}

/// <summary>A new address in place of another one.</summary>
/// <param name="AccountId">The account, which must not be disabled.</param>
/// <param name="SecurityStamp">Its stamp when the change was requested.</param>
/// <param name="From">The canonical address that is replaced.</param>
/// <param name="To">The new address.</param>
/// <param name="Secret">The secret that was sent to it.</param>
/// <param name="Spent">The purposes of the secrets that end with it.</param>
sealed record EmailChange(
    Guid AccountId, string SecurityStamp, string From, Identifier To, SecretKey Secret, IReadOnlyList<string> Spent);

/// <summary>The result of a change of address.</summary>
enum EmailChangeResult
{
    Changed,

    /// <summary>Another account has the address.</summary>
    Taken,

    /// <summary>The secret is not valid, or the account is no longer as it was.</summary>
    Invalid,
}

/// <summary>The result of a change of address, and the events that were written.</summary>
sealed record EmailChanged(EmailChangeResult Result, IReadOnlyList<Event> Events)
{
    public static readonly EmailChanged Taken = new(EmailChangeResult.Taken, []);
    public static readonly EmailChanged Invalid = new(EmailChangeResult.Invalid, []);
}

/// <summary>The result of a change of username.</summary>
enum UsernameChange
{
    Changed,

    /// <summary>The account has it already, written in the same way.</summary>
    Unchanged,

    /// <summary>Another account has it.</summary>
    Taken,

    /// <summary>The account or the caller's session is not there any more.</summary>
    Gone,
}

/// <summary>A change of address that its owner takes back.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Former">The address before the change.</param>
/// <param name="Secret">The secret that was sent to it.</param>
/// <param name="ExpiresAt">When the secret expires. Those of earlier changes expire earlier, and stay.</param>
sealed record EmailUndo(Guid AccountId, Identifier Former, SecretKey Secret, DateTimeOffset ExpiresAt)
{
    /// <summary>
    /// What was added from then on goes too, as the thief may have added a way to log in. This is three days before the change.
    /// </summary>
    public DateTimeOffset Since => ExpiresAt - (2 * Emails.MailSecrets.UndoLife);
}

/// <summary>An account to add, and the event that says who did it.</summary>
readonly record struct NewAccount(Account Account, Event Added, NewFactors? Factors = null);

/// <summary>What a new account has besides its password.</summary>
sealed record NewFactors(IReadOnlyList<TotpApp> Apps, IReadOnlyList<RecoveryCode> Codes, IReadOnlyList<Passkey> Passkeys);

/// <summary>A password as it is stored. A class and not a record: its text must not show the hash.</summary>
sealed class HashedPassword(string hash)
{
    public string Hash { get; } = hash;

    /// <summary>The account's security stamp from then on.</summary>
    public string Stamp { get; } = Account.NewStamp();
}

/// <summary>An owner asks for the deletion of the account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="SessionId">The session in which the owner asks for it.</param>
/// <param name="DeleteAt">When it is to be deleted.</param>
readonly record struct DeletionRequest(Guid AccountId, Guid SessionId, DateTimeOffset DeleteAt)
{
    /// <summary>The account's security stamp from then on.</summary>
    public string Stamp { get; } = Account.NewStamp();
}
