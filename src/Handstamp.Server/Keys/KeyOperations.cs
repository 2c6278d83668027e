using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// What operators do to the key ring. To change it, it must be open. Nothing here asks whether the caller may.
/// </summary>
sealed class KeyOperations(IKeyStore store, KeyRingService ring, ISealedTexts texts, IOptions<KeyOptions> options, TimeProvider clock)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The keys of the open ring, as it was read last.</summary>
    public IReadOnlyList<StoredKey> Keys => ring.Ring.Stored.Keys;

    /// <summary>The keys as they are stored, also without the master key.</summary>
    public async Task<IReadOnlyList<StoredKey>> ListAsync(CancellationToken cancel) => (await store.ReadAsync(cancel)).Keys;

    /// <summary>
    /// Replaces the current key with the next one, after the usual announcement or, with <paramref name="soon"/>, as soon as
    /// every node knows the new key.
    /// </summary>
    public async Task<KeyOutcome> RotateAsync(KeyPurpose purpose, bool soon, Origin by, CancellationToken cancel)
    {
        var now = clock.Now();
        if (KeyRules.Current(Keys, purpose, now) is null) return new KeyOutcome.NotFound();
        if (!KeyRules.MayRotate(Keys, purpose, now)) return new KeyOutcome.NoFreeId(KeyRules.NextFreeMacId(Keys));
        var start = now + (soon ? KeyRules.Spread : options.Value.Announcement);
        if (!await ring.RotateAsync(purpose, start, by, cancel)) return new KeyOutcome.Changed();
        return new KeyOutcome.Done(Keys.Where(key => key.Purpose == purpose && key.RevokedAt is null).MaxBy(key => key.ActiveFrom)!);
    }

    /// <summary>
    /// Ends everything that the key has made, and replaces it. What a sealing key has sealed is first sealed under its successor, and the
    /// key is then deleted.
    /// </summary>
    public async Task<KeyOutcome> RevokeAsync(string id, Origin by, CancellationToken cancel)
    {
        switch (Keys.FirstOrDefault(key => key.Id == id))
        {
            case { Purpose: KeyPurpose.Data }: return new KeyOutcome.Needed();
            case { Purpose: KeyPurpose.Seal } seal: return await RevokeSealAsync(seal, by, cancel);
        }
        if (!KeyRules.MayRevoke(Keys, id)) return new KeyOutcome.NoFreeId(KeyRules.NextFreeMacId(Keys));
        // One that had nothing left to verify is deleted right after.
        return await ring.RevokeAsync(id, by, cancel) && Keys.FirstOrDefault(key => key.Id == id) is { } revoked
            ? new KeyOutcome.Done(revoked)
            : new KeyOutcome.NotFound();
    }

    /// <summary>Whenever this is interrupted, each text has a key in the ring, and the next call continues.</summary>
    async Task<KeyOutcome> RevokeSealAsync(StoredKey key, Origin by, CancellationToken cancel)
    {
        if (IsCurrent(key) && !await ring.RotateAsync(KeyPurpose.Seal, clock.Now() + KeyRules.Spread, by, cancel)) return new KeyOutcome.Changed();
        // Every node has read the successor by the time that it takes over.
        while (IsCurrent(key)) await Task.Delay(Pause, clock, cancel);
        await texts.ResealAsync(key.Id, cancel);
        // A node whose clock is slow may have sealed another one meanwhile.
        while (!await ring.TryDeleteUnusedAsync(key.Id, EventKind.KeyRevoked, by, cancel) && Keys.Any(one => one.Id == key.Id))
        {
            await Task.Delay(Pause, clock, cancel);
            await texts.ResealAsync(key.Id, cancel);
        }
        return new KeyOutcome.Done(key with { RevokedAt = clock.Now() });
    }

    bool IsCurrent(StoredKey key) => KeyRules.Current(Keys, key.Purpose, clock.Now())?.Id == key.Id;
}

/// <summary>The result of an operation on the key ring.</summary>
abstract record KeyOutcome
{
    KeyOutcome() { }

    /// <summary>It is stored. The key is the one that takes over, or the one that was revoked.</summary>
    public sealed record Done(StoredKey Key) : KeyOutcome;

    /// <summary>There is no id for the new MAC key that this needs. The next one becomes free at that time.</summary>
    public sealed record NoFreeId(DateTimeOffset Until) : KeyOutcome;

    /// <summary>Another process changed the ring at the same time: try again.</summary>
    public sealed record Changed : KeyOutcome;

    /// <summary>It is a data key: without it, nobody could read what it has encrypted.</summary>
    public sealed record Needed : KeyOutcome;

    /// <summary>The ring has no such live key, or none of this kind.</summary>
    public sealed record NotFound : KeyOutcome;
}
