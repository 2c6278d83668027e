using System.Globalization;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Brings the stored password hashes to what <c>Keys:SealPasswords</c> says, and to the current sealing key. The ring has to be open. A
/// password that is changed meanwhile stays changed.
/// </summary>
sealed class PasswordSealing(
    IAccountStore accounts, PendingRegistrations registrations, PasswordSeal seal, KeyRingService keys, Argon2id argon2id, AuditTrail trail,
    TimeProvider clock, ILogger<PasswordSealing> log) : ISealedTexts
{
    // What is written at once, beside the logins.
    const int Batch = 50;

    /// <summary>
    /// How many hashes it has changed, and how many cannot be opened. It can be repeated after an interruption.
    /// </summary>
    public async Task<(long Changed, long Lost)> RunAsync(Origin by, CancellationToken cancel)
    {
        var (changed, lost) = (0L, 0L);
        try
        {
            await foreach (var account in Paging.ReadAllAsync<Account>(
                (after, limit, cancel) => accounts.ListAsync(after?.Id, limit, cancel), cancel))
            {
                cancel.ThrowIfCancellationRequested();
                if (account.PasswordHash is not { } stored) continue;
                if (seal.Renew(stored, account.Id, account.Id) is not { } renewed) lost++;
                else if (!seal.IsCurrent(stored) && await accounts.TryRehashAsync(account.Id, stored, renewed)) changed++;
            }
        }
        finally
        {
            if (changed > 0) await NoteAsync(changed, by);
        }
        await RemoveUnusedKeysAsync(cancel);
        return (changed, lost);
    }

    public async Task ResealAsync(string keyId, CancellationToken cancel)
    {
        if (keys.Ring.FindSealingKey(keyId) is null) throw new StorageUnavailableException($"This process cannot open the key {keyId}.");
        while (await accounts.ListSealedAsync(keyId, Batch, cancel) is { Count: > 0 } batch)
        {
            cancel.ThrowIfCancellationRequested();
            await Task.WhenAll(batch.Select(account =>
                accounts.TryRehashAsync(account.Id, account.PasswordHash!, Resealed(account.PasswordHash!, account.Id))));
        }
        await ResealRegistrationsAsync(keyId, cancel);
    }

    /// <summary>Deletes the sealing keys that were replaced and under which nothing is sealed any more.</summary>
    public async Task RemoveUnusedKeysAsync(CancellationToken cancel)
    {
        foreach (var key in KeyRules.ReplacedSeals(keys.Ring.Stored.Keys, clock.Now()).ToList())
        {
            if (keys.Ring.FindSealingKey(key.Id) is null) continue;
            await ResealRegistrationsAsync(key.Id, cancel);
            await keys.TryDeleteUnusedAsync(key.Id, EventKind.KeyDeleted, Origin.System, cancel);
        }
    }

    // They live for a day, so there are few.
    Task ResealRegistrationsAsync(string keyId, CancellationToken cancel) => registrations.RehashAsync(
        keyId, one => seal.Open(one.PasswordHash, one.Row) is { } hash ? seal.Seal(hash, one.Row) : null, cancel);

    string Resealed(string stored, Guid accountId)
    {
        if (seal.Open(stored, accountId) is { } hash) return seal.Seal(hash, accountId);
        log.HashNotOpened(accountId);
        // It was damaged: every password was wrong, and stays so. It must not keep its key in the ring.
        return seal.Seal(argon2id.MakeDecoy(), accountId);
    }

    Task NoteAsync(long count, Origin by) => trail.AddAsync(by.Does(EventKind.PasswordsSealed, clock.Now()) with
    {
        Outcome = seal.IsOn ? "sealed" : "unsealed",
        Detail = count.ToString(CultureInfo.InvariantCulture),
    });
}
