using System.Collections.Concurrent;
using Handstamp.Identity.Users;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handstamp.Identity.Tokens;

/// <summary>
/// The sessions that ended early, as the app's own requests need them: read from the feed in this process, so that no request asks the
/// database. Each is kept for as long as one of its access tokens can be alive.
/// </summary>
sealed class EndedSessions(RevocationFeed feed, IRevocationLog revocations, FeedEpoch epoch, TimeProvider clock, ILogger<EndedSessions> log)
    : BackgroundService
{
    const int Page = 256;
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, DateTimeOffset> _sessions = new();
    readonly ConcurrentDictionary<string, DateTimeOffset> _keys = new();
    readonly SemaphoreSlim _reading = new(1);
    FeedPosition _position;
    DateTimeOffset _nextSweep;

    /// <summary>Whether the session of the token has ended, by itself or with the key of its refresh token.</summary>
    public bool Has(AccessToken token) =>
        (token.SessionId is { } session && _sessions.ContainsKey(session))
        // The name of a key is used again for a later key.
        || (token.RefreshKeyId is { } key && _keys.TryGetValue(key, out var at) && token.IssuedAt <= at);

    /// <summary>Reads what has ended since the last time. A caller that has just ended a session knows then that it is noticed.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            var position = epoch.Position;
            if (position.Epoch != _position.Epoch) _position = position.Start;
            while (await ReadPageAsync(cancel) == Page)
            {
            }
            Sweep(clock.Now());
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The first read is before the first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before the read, so that nothing is missed in between.
            var growth = feed.Growth;
            var isRead = await TryCatchUpAsync(stoppingToken);
            await (isRead ? growth.WaitAsync(stoppingToken) : Task.Delay(Pause, clock, stoppingToken))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> TryCatchUpAsync(CancellationToken cancel)
    {
        try
        {
            await CatchUpAsync(cancel);
            return true;
        }
        catch (StorageUnavailableException fault)
        {
            IdentityLog.EndsNotRead(log, fault);
            return false;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    async Task<int> ReadPageAsync(CancellationToken cancel)
    {
        var page = await revocations.ReadAfterAsync(_position.Sequence, clock.Now() - RevocationFeed.Memory, Page, cancel);
        foreach (var revocation in page)
        {
            if (revocation.SessionId is { } session) _sessions[session] = revocation.At;
            if (revocation.KeyId is { } key) _keys[key] = revocation.At;
            _position = _position with { Sequence = revocation.Sequence };
        }
        return page.Count;
    }

    void Sweep(DateTimeOffset now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now.AddMinutes(1);
        var oldest = now - RevocationFeed.Memory;
        foreach (var (session, at) in _sessions)
            if (at < oldest) _sessions.TryRemove(session, out _);
        foreach (var (key, at) in _keys)
            if (at < oldest) _keys.TryRemove(key, out _);
    }
}
