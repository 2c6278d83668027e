using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>
/// The changes that another node makes to the database of an app. The app does not check for changes by itself, because
/// its clock stands still. Its key ring can be delayed and counted.
/// </summary>
sealed class OtherNode
{
    readonly HandstampApp _app;

    OtherNode(HandstampApp app, SigningKey signing, MacKey mac) => (_app, Signing, Mac) = (app, signing, mac);

    public SigningKey Signing { get; }

    public MacKey Mac { get; }

    /// <summary>An app that reads its ring through <see cref="WatchedKeys"/>.</summary>
    public static async Task<(HandstampApp App, WatchedKeys Keys)> WatchAsync()
    {
        var app = await HandstampApp.StartAsync(services: WatchedKeys.Replace);
        return (app, (WatchedKeys)app.Get<IKeyStore>());
    }

    /// <summary>Makes a key of each kind; both are current at once.</summary>
    public static async Task<OtherNode> MakeKeysAsync(HandstampApp app)
    {
        app.Jump(TimeSpan.FromMinutes(1));
        var now = app.Clock.GetUtcNow();
        var store = app.Get<IKeyStore>();
        var ring = await store.ReadAsync(default);
        using var master = app.Get<MasterKeySource>().Get(ring);
        var made = Enum.GetValues<KeyPurpose>().Select(purpose => KeyFactory.Create(purpose, ring.Keys, master, now, now, new KeyOptions()));
        Assert.True(await store.TryWriteAsync(ring.Version, [.. made], []));
        var opened = KeyRing.Open(await store.ReadAsync(default), master);
        return new OtherNode(app, opened.SigningKey(now), opened.MacKey(now));
    }

    /// <summary>Rotates the session on the other node; returns the new refresh token.</summary>
    public async Task<string> RotateAsync(Guid session, SessionTransport transport = SessionTransport.Body)
    {
        var issue = new Issue(_app.Clock.GetUtcNow(), TimeSpan.FromDays(14), Mac.Id, new Use(1, TimeSpan.FromMinutes(20)));
        var rotated = await _app.Get<ISessionStore>().TryRotateAsync(
            new Rotation(session, 1, transport, null, TimeSpan.FromSeconds(30), issue));
        return RefreshToken.Create(Mac, session, rotated!.Session.Rotation.Last).Encode();
    }

    /// <summary>An access token of the session.</summary>
    public async Task<string> IssueAsync(Guid session)
    {
        var reading = await _app.Get<ISessionStore>().FindAsync(session, default);
        var now = _app.Clock.GetUtcNow();
        return new AccessToken
        {
            Issuer = HandstampApp.Issuer,
            Subject = reading!.Session.AccountId.ToString(),
            Audience = [HandstampApp.Issuer],
            IssuedAt = now,
            ExpiresAt = now.AddMinutes(10),
            TokenId = "made-elsewhere",
            ClientId = Caller.FirstParty,
            SessionId = session,
        }.ToJwt(Signing);
    }
}

/// <summary>The real key ring. It counts the readings, and has moments at which something else can happen.</summary>
sealed class WatchedKeys(IKeyStore real) : IKeyStore
{
    int _asked;

    public static void Replace(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IKeyStore));
        services.AddSingleton<IKeyStore>(provider => new WatchedKeys(
            (IKeyStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }

    public int Asked => Volatile.Read(ref _asked);

    public Func<Task>? BeforeAnswers { get; set; }

    /// <summary>Runs once, when the ring was read and is not used yet.</summary>
    public Func<Task>? AfterReading { get; set; }

    /// <summary>Runs once, before a key is revoked.</summary>
    public Func<Task>? BeforeRevoking { get; set; }

    /// <summary>Runs once, before a sealing key is deleted if nothing is sealed under it.</summary>
    public Func<Task>? BeforeDeleting { get; set; }

    public async Task<long> ReadVersionAsync(CancellationToken cancel)
    {
        Interlocked.Increment(ref _asked);
        if (BeforeAnswers is { } wait) await wait();
        return await real.ReadVersionAsync(cancel);
    }

    public async Task<StoredKeys> ReadAsync(CancellationToken cancel)
    {
        var ring = await real.ReadAsync(cancel);
        await OnceAsync(AfterReading, () => AfterReading = null);
        return ring;
    }

    public Task<bool> TryWriteAsync(
        long readVersion, IReadOnlyList<StoredKey> put, IReadOnlyList<string> delete, IReadOnlyList<Event> events) =>
        real.TryWriteAsync(readVersion, put, delete, events);

    public async Task<bool> RevokeAsync(string id, Event revoked)
    {
        await OnceAsync(BeforeRevoking, () => BeforeRevoking = null);
        return await real.RevokeAsync(id, revoked);
    }

    public async Task<bool> TryDeleteUnusedAsync(string id, Event deleted)
    {
        await OnceAsync(BeforeDeleting, () => BeforeDeleting = null);
        return await real.TryDeleteUnusedAsync(id, deleted);
    }

    // Cleared before it runs, because what it does may read or change the ring itself.
    static Task OnceAsync(Func<Task>? moment, Action clear)
    {
        clear();
        return moment?.Invoke() ?? Task.CompletedTask;
    }
}
