using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// Holds the decrypted ring, follows what other processes write to it, and rotates it. It is opened once before the
/// service starts; that shows a wrong master key.
/// </summary>
sealed class KeyRingService(
    IKeyStore store, MasterKeySource masterKeys, RevokedKeys revoked, INodes nodes, AuditTrail trail, IOptions<KeyOptions> options,
    TimeProvider clock, ILogger<KeyRingService> log) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    readonly Lock _lock = new();
    Task _following = Task.CompletedTask;
    Task? _next;
    MasterKey? _master;
    KeyRing? _ring;
    IReadOnlyList<StoredKey> _cameBack = [];

    /// <summary>The ring as last read.</summary>
    public KeyRing Ring => _ring ?? throw new InvalidOperationException("The key ring has not been opened.");

    public async Task OpenAsync(CancellationToken cancel)
    {
        var stored = await store.ReadAsync(cancel);
        _master ??= masterKeys.Get(stored);
        Take(stored);
        await RevokeAgainAsync(cancel);
        await RenewAsync(cancel);
    }

    /// <summary>Reads the ring again if its version has changed.</summary>
    public async Task RefreshAsync(CancellationToken cancel)
    {
        if (await store.ReadVersionAsync(cancel) != Ring.Stored.Version) Take(await store.ReadAsync(cancel));
        await RevokeAgainAsync(cancel);
    }

    /// <summary>
    /// Reads what was written to the ring since, and makes keys that are now missing. One run serves all callers that
    /// ask before it begins, and runs follow each other: the slower of two reads must not bring an older ring back.
    /// </summary>
    public Task FollowAsync(CancellationToken cancel)
    {
        lock (_lock) return (_next ??= FollowAfterAsync(_following)).WaitAsync(cancel);
    }

    /// <summary>Makes the keys that are due, and deletes keys that have nothing left to verify.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var expired = Ring.Stored.Keys.Where(key => key.ExpiresAt <= now).Select(key => key.Id).ToList();
        // Their ids are free for new keys.
        if (expired.Count > 0)
            await WriteAsync([], expired, [.. expired.Select(id => Done(Origin.System, EventKind.KeyDeleted, id, now))], cancel);
        var put = new List<StoredKey>();
        foreach (var purpose in Ring.IsSealedElsewhere ? [] : Enum.GetValues<KeyPurpose>())
            if (IsUsed(purpose) && KeyRules.NextStart(Ring.Stored.Keys, purpose, now, options.Value) is { } start && KeyRules.HasIdFor(Ring.Stored.Keys, purpose))
                put.Add(Create(purpose, start, now));
        if (put.Count > 0) await WriteAsync(put, [], [.. put.Select(key => Done(Origin.System, EventKind.KeyCreated, key.Id, now))], cancel);
    }

    /// <summary>
    /// The announced key, or else a new one, takes over at <paramref name="start"/>, or at its planned time if that is
    /// sooner: repeated calls must not delay it. False if another process changed the ring at the same moment.
    /// </summary>
    public async Task<bool> RotateAsync(KeyPurpose purpose, DateTimeOffset start, Origin by, CancellationToken cancel)
    {
        // It stays: what it has encrypted would need it as long as the next one.
        if (purpose == KeyPurpose.Data) return true;
        var now = clock.Now();
        var keys = Ring.Stored.Keys;
        var announced = KeyRules.Announced(keys, purpose, now);
        if (announced?.ActiveFrom <= start) return true;

        var next = announced is null ? Create(purpose, start, now) : KeyRules.Lasting(announced, start, options.Value);
        StoredKey[] put = KeyRules.Current(keys, purpose, now) is { } current ? [KeyRules.EndingAt(current, start), next] : [next];
        return await WriteAsync(put, [], [Done(by, EventKind.KeyRotated, next.Id, now)], cancel);
    }

    /// <summary>
    /// Ends everything that the key has made, and replaces the key. False if the ring has no such live key.
    /// </summary>
    public async Task<bool> RevokeAsync(string id, Origin by, CancellationToken cancel)
    {
        var revoked = Done(by, EventKind.KeyRevoked, id, clock.Now());
        if (!await store.RevokeAsync(id, revoked)) return false;
        trail.Record(revoked);
        nodes.Publish(Signal.Keys);
        await FollowAsync(cancel);
        return true;
    }

    /// <summary>
    /// Deletes a sealing key if nothing is sealed under it; false if something is, or if the ring has no such key. The event says why.
    /// </summary>
    public async Task<bool> TryDeleteUnusedAsync(string id, EventKind why, Origin by, CancellationToken cancel)
    {
        var deleted = Done(by, why, id, clock.Now());
        var isDone = await store.TryDeleteUnusedAsync(id, deleted);
        if (isDone)
        {
            trail.Record(deleted);
            nodes.Publish(Signal.Keys);
        }
        await FollowAsync(cancel);
        return isDone;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Each round runs to its end, even when the service stops, because the master key is disposed of after that.
        nodes.WatchAsync(Signal.Keys, Poll, clock, _ => TendAsync(), stoppingToken);

    async Task TendAsync()
    {
        try
        {
            await FollowAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            // Whatever is wrong with the stored ring, the one in memory stays in use, and the next round tries again.
            KeyLog.RingNotRead(log, fault);
        }
    }

    async Task FollowAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        // A caller that asks from now on may know of something newer than this read returns.
        lock (_lock) (_following, _next) = (_next!, null);
        await RefreshAsync(CancellationToken.None);
        await RenewAsync(CancellationToken.None);
    }

    bool IsUsed(KeyPurpose purpose) => purpose != KeyPurpose.Seal || options.Value.SealPasswords;

    static Event Done(Origin by, EventKind kind, string keyId, DateTimeOffset now) => by.Does(kind, now) with { Detail = keyId };

    StoredKey Create(KeyPurpose purpose, DateTimeOffset start, DateTimeOffset now) =>
        KeyFactory.Create(purpose, Ring.Stored.Keys, _master!, start, now, options.Value);

    async Task<bool> WriteAsync(
        IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events, CancellationToken cancel)
    {
        var written = await store.TryWriteAsync(Ring.Stored.Version, put, delete, events);
        if (written)
        {
            trail.Record(events);
            nodes.Publish(Signal.Keys);
        }
        Take(await store.ReadAsync(cancel));
        return written;
    }

    /// <summary>A key that was revoked before the database was restored.</summary>
    async Task RevokeAgainAsync(CancellationToken cancel)
    {
        if (_cameBack.Count == 0) return;
        foreach (var key in _cameBack)
        {
            var revoked = Done(Origin.System, EventKind.KeyRevoked, key.Id, clock.Now());
            if (!await store.RevokeAsync(key.Id, revoked)) continue;
            trail.Record(revoked);
            KeyLog.RevokedAgain(log, key.Id);
        }
        nodes.Publish(Signal.Keys);
        Take(await store.ReadAsync(cancel));
    }

    void Take(StoredKeys stored)
    {
        _cameBack = revoked.Compare(stored.Keys);
        // It is not used or published for a moment, until it is revoked in the database again.
        var keys = stored.Keys.Select(key => _cameBack.Contains(key) ? key with { RevokedAt = clock.Now() } : key);
        _ring = KeyRing.Open(stored with { Keys = [.. keys] }, _master!, _ring);
        KeyLog.RingRead(log, stored.Version, stored.Keys.Count);
        if (_ring.IsSealedElsewhere) KeyLog.SealedElsewhere(log);
        foreach (var key in _ring.Unopened) KeyLog.KeyNotOpened(log, key.Id);
    }

    public override void Dispose()
    {
        _master?.Dispose();
        base.Dispose();
    }
}
