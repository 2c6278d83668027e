using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Keys;

/// <summary>
/// Holds the opened ring, follows what other processes write to it, and rotates it. Opened once before the service
/// starts; a wrong master key is found then.
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

    /// <summary>The ring as it was read last.</summary>
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
    /// Takes what was written to the ring since, and makes what that left it without. Once for all who ask before it begins,
    /// and one after the other: the slower of two readings must not bring an older ring back.
    /// </summary>
    public Task FollowAsync(CancellationToken cancel)
    {
        lock (_lock) return (_next ??= FollowAfterAsync(_following)).WaitAsync(cancel);
    }

    /// <summary>Makes the keys that are due and deletes those that have nothing left to verify.</summary>
    public async Task RenewAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var expired = Ring.Stored.Keys.Where(key => key.ExpiresAt <= now).Select(key => key.Id).ToList();
        // Their ids are free for the next ones.
        if (expired.Count > 0)
            await WriteAsync([], expired, [.. expired.Select(id => Done(Origin.System, EventKind.KeyDeleted, id, now))], cancel);
        var put = new List<StoredKey>();
        foreach (var purpose in Ring.IsSealedElsewhere ? [] : Enum.GetValues<KeyPurpose>())
            if (KeyRules.NextStart(Ring.Stored.Keys, purpose, now, options.Value) is { } start && KeyRules.HasIdFor(Ring.Stored.Keys, purpose))
                put.Add(Create(purpose, start, now));
        if (put.Count > 0) await WriteAsync(put, [], [.. put.Select(key => Done(Origin.System, EventKind.KeyCreated, key.Id, now))], cancel);
    }

    /// <summary>
    /// The announced key, or else a new one, takes over at <paramref name="start"/>, or when it was to take over anyhow if
    /// that is sooner: who asks again and again must not put it off. False when the ring was changed by somebody else at
    /// the same moment.
    /// </summary>
    public async Task<bool> RotateAsync(KeyPurpose purpose, DateTimeOffset start, Origin by, CancellationToken cancel)
    {
        var now = clock.Now();
        var keys = Ring.Stored.Keys;
        var announced = KeyRules.Announced(keys, purpose, now);
        if (announced?.ActiveFrom <= start) return true;

        var next = announced is null ? Create(purpose, start, now) : KeyRules.Lasting(announced, start, options.Value);
        StoredKey[] put = KeyRules.Current(keys, purpose, now) is { } current ? [KeyRules.EndingAt(current, start), next] : [next];
        return await WriteAsync(put, [], [Done(by, EventKind.KeyRotated, next.Id, now)], cancel);
    }

    /// <summary>
    /// Ends everything that the key has made, and replaces it. False when the ring has no such live key.
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        // Each look to its end, also at a stop: the master key is disposed of then.
        nodes.WatchAsync(Signal.Keys, Poll, clock, _ => TendAsync(), stoppingToken);

    async Task TendAsync()
    {
        try
        {
            await FollowAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            // Whatever is wrong with the stored ring: the one in memory goes on working, and the next tick tries again.
            KeyLog.RingNotRead(log, fault);
        }
    }

    async Task FollowAfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        // Who asks from now on may know of something newer than what is read.
        lock (_lock) (_following, _next) = (_next!, null);
        await RefreshAsync(CancellationToken.None);
        await RenewAsync(CancellationToken.None);
    }

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

    /// <summary>A key that was revoked before the database was put back.</summary>
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
        // Not for a moment in use, or published, until it is revoked in the database again.
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
