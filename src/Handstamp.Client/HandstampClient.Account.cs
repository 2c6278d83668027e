using System.Text.Json;
using Handstamp.Client.Service;
using Handstamp.Tokens;

namespace Handstamp.Client;

public sealed partial class HandstampClient
{
    /// <summary>Changes the profile of the account that is logged in, and returns the account.</summary>
    public Task<User> UpdateProfileAsync(ProfileChange change, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return AsUserAsync(
            token => _service.AskAsync(HttpMethod.Patch, "me", change.ToJson(), Wire.Default.User, Sender.With(token), cancel), cancel);
    }

    /// <summary>
    /// Gives the account that is logged in this username, in place of the one that it has. Needs a recent login. Fails with
    /// <see cref="HandstampErrorCodes.UsernameTaken"/> if another account has it.
    /// </summary>
    public Task ChangeUsernameAsync(string username, CancellationToken cancel = default) => DoAsUserAsync(
        HttpMethod.Post, "username/change", JsonSerializer.SerializeToUtf8Bytes(new ChangedUsername(username), Wire.Default.ChangedUsername), cancel);

    /// <summary>What has happened to the account, the newest first.</summary>
    /// <param name="before">The <see cref="ActivityPage.Next"/> of the page before; null for the first page.</param>
    /// <param name="limit">How many the page may have: 1 to 100, or null for 50.</param>
    /// <param name="cancel">Cancels the request.</param>
    public Task<ActivityPage> ListActivityAsync(Guid? before = null, int? limit = null, CancellationToken cancel = default)
    {
        string?[] query = [before is { } id ? $"before={id:D}" : null, limit is { } most ? $"limit={most}" : null];
        return ReadAsUserAsync($"me/activity?{string.Join('&', query.OfType<string>())}", Wire.Default.ActivityPage, cancel);
    }

    /// <summary>A copy of what the owner can see of the account. Needs a recent login.</summary>
    public Task<JsonElement> ExportAccountAsync(CancellationToken cancel = default) =>
        ReadAsUserAsync("me/export", Wire.Default.JsonElement, cancel);

    /// <summary>
    /// Deletes the account, now or after the grace period of the service, and ends all of its sessions. Needs a recent login.
    /// Until it is deleted, a login fails with <see cref="HandstampErrorCodes.AccountDeletionPending"/>.
    /// </summary>
    public async Task<AccountDeletion> DeleteAccountAsync(CancellationToken cancel = default)
    {
        var (deletion, session) = await AsUserAsync(
            async token => (
                await _service.AskAsync(HttpMethod.Delete, "me", null, Wire.Default.AccountDeletion, Sender.With(token), cancel).ConfigureAwait(false),
                token.SessionId),
            cancel).ConfigureAwait(false);
        await Keeper.ForgetAsync(session).ConfigureAwait(false);
        return deletion;
    }

    /// <summary>
    /// Keeps an account that is to be deleted, and completes the login that has failed with
    /// <see cref="HandstampErrorCodes.AccountDeletionPending"/>.
    /// </summary>
    /// <param name="due">What the login has failed with: <see cref="HandstampException.SecondFactor"/>.</param>
    /// <param name="cancel">Cancels the request.</param>
    public Task KeepAccountAsync(SecondFactorDue due, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(due);
        var kept = new KeptAccount { MfaToken = due.Token, Resource = _resource };
        return BeginAsync(
            () => due.Key is null ? null : SigningKey.ImportPkcs8(JwsAlgorithm.Es256, due.Key),
            key => _service.KeepAccountAsync(kept, key, cancel), cancel);
    }

    /// <summary>Keeps an account that is to be deleted, with the token in the link of the mail. Does not log in.</summary>
    public Task RestoreAccountAsync(string token, CancellationToken cancel = default) =>
        _service.ProveEmailAsync("me/restore", new EmailProof { Token = token }, cancel);
}
