using Microsoft.Extensions.Logging;

namespace Handstamp.Client.Session;

/// <summary>Keeps the access token, and a session alive as long as it may live.</summary>
sealed class SessionKeeper : IDisposable
{
    static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);

    readonly Refresh _refresh;
    readonly Vault _vault;
    readonly Pauses _pauses;
    readonly Announcer _announcer;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly ITimer _timer;
    readonly SemaphoreSlim _turn = new(1);
    readonly Lock _gate = new();
    volatile HeldToken? _token;
    Task<HeldToken>? _refreshing;

    public SessionKeeper(
        Refresh refresh, Vault vault, Pauses pauses, Announcer announcer, TimeProvider time, ILogger log)
    {
        (_refresh, _vault, _pauses, _announcer, _time, _log) = (refresh, vault, pauses, announcer, time, log);
        _timer = time.CreateTimer(_ => RefreshInTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A token that is valid. Throws when nobody is logged in.</summary>
    public async Task<HeldToken> CurrentAsync(CancellationToken cancel)
    {
        var token = _token;
        if (token is null || token.Left <= TimeSpan.Zero)
            return await RefreshAsync(token, cancel).ConfigureAwait(false);
        // The timer may come late, after the machine has slept.
        if (token.UntilRefresh <= TimeSpan.Zero && _pauses.Fault is null) RefreshQuietly();
        return token;
    }

    /// <summary>The same; null when nobody is logged in.</summary>
    public async Task<HeldToken?> CurrentOrNobodyAsync(CancellationToken cancel)
    {
        try
        {
            return await CurrentAsync(cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            return null;
        }
    }

    /// <summary>A token for the one that was refused as expired.</summary>
    public Task<HeldToken> AfterAsync(HeldToken refused, CancellationToken cancel) =>
        _token == refused ? RefreshAsync(refused, cancel) : CurrentAsync(cancel);

    /// <summary>Takes over the session that the service answers a login with.</summary>
    public Task BeginAsync(Func<Task<StoredSession>> login, CancellationToken cancel) => InTurnAsync(async () =>
    {
        using var turn = await _vault.TakeTurnAsync(cancel).ConfigureAwait(false);
        var session = await login().ConfigureAwait(false);
        await _vault.WriteAsync(session).ConfigureAwait(false);
        return Take(HeldToken.Issued(session, _time));
    }, cancel);

    /// <summary>Forgets the session, once <paramref name="logout"/> has ended what the store holds.</summary>
    public Task EndAsync(Func<string, Task> logout, CancellationToken cancel) => InTurnAsync(async () =>
    {
        using var turn = await _vault.TakeTurnAsync(cancel).ConfigureAwait(false);
        if (await _vault.ReadAsync().ConfigureAwait(false) is { } stored)
            await logout(stored.RefreshToken).ConfigureAwait(false);
        await _vault.WriteAsync(null).ConfigureAwait(false);
        Drop();
        return true;
    }, cancel);

    /// <summary>Forgets that session, which has ended; not another one that is in the store by now.</summary>
    public Task ForgetAsync(Guid sessionId) => InTurnAsync(async () =>
    {
        using var turn = await _vault.TakeTurnAsync(CancellationToken.None).ConfigureAwait(false);
        if ((await _vault.ReadAsync().ConfigureAwait(false))?.SessionId == sessionId)
            await _vault.WriteAsync(null).ConfigureAwait(false);
        Drop();
        return true;
    }, CancellationToken.None);

    public void Dispose()
    {
        _timer.Dispose();
        _turn.Dispose();
    }

    /// <summary>One at a time, for all who wait for it; it goes on when one of them gives up.</summary>
    Task<HeldToken> RefreshAsync(HeldToken? old, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_refreshing is null or { IsCompleted: true })
                _refreshing = Task.Run(() => InTurnAsync(() => RefreshInTurnAsync(old), CancellationToken.None), CancellationToken.None);
            return _refreshing.WaitAsync(cancel);
        }
    }

    async Task<HeldToken> RefreshInTurnAsync(HeldToken? old)
    {
        try
        {
            // Whoever only reads need not wait for another process.
            return Take(await _refresh.FindAsync(old).ConfigureAwait(false) ?? await AskInTurnAsync(old).ConfigureAwait(false));
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            Drop(fault.Code is HandstampErrorCodes.SignedOut ? null : fault.Code);
            throw;
        }
    }

    async Task<HeldToken> AskInTurnAsync(HeldToken? old)
    {
        if (_pauses.Fault is { } early) throw early.Again();
        try
        {
            using var turn = await _vault.TakeTurnAsync(CancellationToken.None).ConfigureAwait(false);
            return await _refresh.RunAsync(old).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (!fault.Definitive)
        {
            var pause = _pauses.Grow(fault);
            ClientLog.NotRefreshed(_log, fault.Code, pause, fault);
            Schedule(pause);
            throw;
        }
    }

    /// <summary>Whoever needs the token hears of the failure, and so do the log and the listeners.</summary>
    void RefreshQuietly() => RefreshAsync(_token, CancellationToken.None)
        .ContinueWith(static done => done.Exception, TaskScheduler.Default);

    void RefreshInTime()
    {
        // A timer may come early, by some milliseconds or because it can't be set for that long.
        var due = _pauses.Fault is null ? _token?.UntilRefresh ?? TimeSpan.Zero : _pauses.Left;
        if (due > TimeSpan.Zero) Schedule(due);
        else RefreshQuietly();
    }

    HeldToken Take(HeldToken token)
    {
        _token = token;
        _pauses.End();
        Schedule(token.UntilRefresh);
        _announcer.Announce(token.SessionId);
        return token;
    }

    void Drop(string? code = null)
    {
        if (_token is not null) ClientLog.Ended(_log, code ?? HandstampErrorCodes.SignedOut);
        _token = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _announcer.Announce(null, code);
    }

    void Schedule(TimeSpan due) =>
        _timer.Change(due < s_longestTimer ? due : s_longestTimer, Timeout.InfiniteTimeSpan);

    async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
