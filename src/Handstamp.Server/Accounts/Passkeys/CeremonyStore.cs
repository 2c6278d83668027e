using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// What ASP.NET Core's <see cref="PasskeyHandler{TUser}"/> has to know in one ceremony: one account, and passkeys of it that
/// were read before. It is used for nothing else: accounts and passkeys have stores of their own, whose operations are
/// atomic. So whatever the handler would write or search for is not here.
/// </summary>
sealed class CeremonyStore(Account? account, IReadOnlyList<Passkey> passkeys) : IUserPasskeyStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(account?.Id.ToString() == userId ? account : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<UserPasskeyInfo>>([.. passkeys.Select(ToHandler)]);

    // Whether a new one is taken is decided by the statement that adds it.
    public Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult<Account?>(null);

    public Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        Task.FromResult(passkeys.FirstOrDefault(one => one.CredentialId.AsSpan().SequenceEqual(credentialId)) is { } passkey
            ? ToHandler(passkey)
            : null);

    public void Dispose()
    {
    }

    Task IUserPasskeyStore<Account>.AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IUserPasskeyStore<Account>.RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<string?> IUserStore<Account>.GetUserNameAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IUserStore<Account>.SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<string?> IUserStore<Account>.GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task IUserStore<Account>.SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<IdentityResult> IUserStore<Account>.CreateAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IdentityResult> IUserStore<Account>.UpdateAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IdentityResult> IUserStore<Account>.DeleteAsync(Account user, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<Account?> IUserStore<Account>.FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    // The counter is compared by the statement that records the use. Here it would be compared with a value that may be old.
    static UserPasskeyInfo ToHandler(Passkey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, signCount: 0, [.. passkey.Transports],
        isUserVerified: true, passkey.IsSynced, passkey.IsBackedUp, attestationObject: [], clientDataJson: []);
}
