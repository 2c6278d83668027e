using Handstamp.Client.Service;
using Microsoft.Extensions.Logging;

namespace Handstamp.Client.Session;

/// <summary>Keeps the access token, and keeps the session alive.</summary>
sealed class SessionKeeper : IDisposable
{
    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    readonly Refresh _refresh;
    readonly SessionStore _store;
    readonly Timings _timings;
    readonly Pauses _pauses;
    readonly Attempts _attempts;
    readonly Announcer _announcer;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly ITimer _timer;
    readonly Turn _turn = new();
    readonly Lock _gate = new();
    readonly Slot _app;

    /// <summary>For the service's own routes, if they do not accept the app's token.</summary>
    Slot? _own;

    public SessionKeeper(
        Refresh refresh, SessionStore store, string? resource, Timings timings, Announcer announcer, TimeProvider time, ILogger log)
    {
        (_refresh, _store, _app, _timings, _announcer, _time, _log) = (refresh, store, new Slot(resource), timings, announcer, time, log);
        _pauses = new Pauses(timings, time);
        _attempts = new Attempts(refresh, _turn, _pauses, timings, time);
        _timer = time.CreateTimer(_ => RefreshInTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A valid token. Throws if nobody is logged in.</summary>
    public Task<HeldToken> CurrentAsync(CancellationToken cancel) => CurrentAsync(_app, cancel);

    /// <summary>The same for the service's own routes, which do not accept a token for an API.</summary>
    public async Task<HeldToken> CurrentForServiceAsync(CancellationToken cancel)
    {
        var token = await CurrentAsync(cancel).ConfigureAwait(false);
        return Audience.ForeignIssuerOf(token.AccessToken) is { } issuer
            ? await CurrentAsync(SlotOf(issuer), cancel).ConfigureAwait(false)
            : token;
    }

    /// <summary>
    /// The same, but null if nobody is logged in. A <paramref name="lasting"/> token is for requests that cannot be
    /// repeated.
    /// </summary>
    public async Task<HeldToken?> CurrentOrNobodyAsync(bool lasting, CancellationToken cancel)
    {
        try
        {
            var token = await CurrentAsync(cancel).ConfigureAwait(false);
            return lasting && token.IsOld ? await ReplaceAsync(token, cancel).ConfigureAwait(false) : token;
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            return null;
        }
    }

    /// <summary>
    /// A token to replace the one that was refused; null if no other token would be better. If an API calls a fresh
    /// token expired, its clock is wrong. If an API calls a token outdated that has just replaced another one, it has
    /// other keys than the service, temporarily or permanently.
    /// </summary>
    public async Task<HeldToken?> AfterAsync(HeldToken refused, TokenRefusal why, CancellationToken cancel)
    {
        var slot = SlotOf(refused.Resource);
        if (slot.Token != refused) return await CurrentAsync(slot, cancel).ConfigureAwait(false);
        Task<HeldToken> refreshing;
        lock (_gate)
        {
            if (slot.Token == refused && slot.Refreshing is not { IsCompleted: false } && IsNoneBetter(slot, refused, why))
                return null;
            refreshing = RefreshAsync(slot, refused, cancel);
        }
        var token = await refreshing.ConfigureAwait(false);
        if (why is TokenRefusal.Outdated)
            lock (_gate) slot.Renewed = new ClockReading(_time);
        return token;
    }

    /// <summary>A younger token, or the same one if there is none.</summary>
    async Task<HeldToken> ReplaceAsync(HeldToken old, CancellationToken cancel)
    {
        try
        {
            return await RefreshAsync(_app, old, cancel).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (!fault.Definitive)
        {
            return old;
        }
    }

    bool IsNoneBetter(Slot slot, HeldToken refused, TokenRefusal why) =>
        why is TokenRefusal.Expired ? refused.IsFresh : slot.Renewed?.Elapsed < _timings.Outdated;

    /// <summary>Uses the session of the service's answer to a login or a password change.</summary>
    public Task<HeldToken> BeginAsync(Func<Task<StoredSession>> login, CancellationToken cancel) => _turn.RunAsync(async () =>
    {
        using var turn = await _store.TakeTurnAsync(cancel).ConfigureAwait(false);
        var session = await login().ConfigureAwait(false);
        await _store.WriteAsync(session).ConfigureAwait(false);
        return Take(SlotOf(session.Resource), HeldToken.Issued(session, _time));
    }, cancel);

    /// <summary>
    /// Uses the access token of the service's answer to a reauthentication. The refresh token stays. A token for another
    /// resource is older, and is dropped.
    /// </summary>
    public Task<HeldToken> RenewAsync(Func<Task<AccessAnswer>> reauthenticate, CancellationToken cancel) => _turn.RunAsync(async () =>
    {
        using var turn = await _store.TakeTurnAsync(cancel).ConfigureAwait(false);
        var answer = await reauthenticate().ConfigureAwait(false);
        var stored = await _store.ReadAsync().ConfigureAwait(false);
        // Meanwhile another process without turns may have begun another session.
        if (stored?.SessionId != answer.SessionId) throw HandstampException.Overtaken();
        var session = stored.WithAccessTokenOf(answer, _app.Resource, _time);
        await _store.WriteAsync(session).ConfigureAwait(false);
        _own?.Token = null;
        return Take(_app, HeldToken.Issued(session, _time));
    }, cancel);

    /// <summary>Forgets the session, after <paramref name="logout"/> has ended the session in the store.</summary>
    public Task EndAsync(Func<string, Task> logout, CancellationToken cancel) => _turn.RunAsync(async () =>
    {
        using var turn = await _store.TakeTurnAsync(cancel).ConfigureAwait(false);
        if (await _store.ReadAsync().ConfigureAwait(false) is { } stored)
            await logout(stored.RefreshToken).ConfigureAwait(false);
        await _store.WriteAsync(null).ConfigureAwait(false);
        Drop();
        return true;
    }, cancel);

    /// <summary>Forgets this session, which has ended, but not another one that is in the store by now.</summary>
    public Task ForgetAsync(Guid sessionId) => _turn.RunAsync(async () =>
    {
        using var turn = await _store.TakeTurnAsync(CancellationToken.None).ConfigureAwait(false);
        if ((await _store.ReadAsync().ConfigureAwait(false))?.SessionId == sessionId)
            await _store.WriteAsync(null).ConfigureAwait(false);
        Drop();
        return true;
    }, CancellationToken.None);

    public void Dispose()
    {
        _timer.Dispose();
        _turn.Close();
    }

    async Task<HeldToken> CurrentAsync(Slot slot, CancellationToken cancel)
    {
        var token = slot.Token;
        if (token is null || token.Left <= TimeSpan.Zero)
            return await RefreshAsync(slot, token, cancel).ConfigureAwait(false);
        // After the machine has slept, the timer may come late.
        if (token.UntilRefresh <= TimeSpan.Zero && _pauses.Fault is null) RefreshQuietly(slot);
        return token;
    }

    /// <summary>At most two: the app's, and the service's own.</summary>
    Slot SlotOf(string? resource)
    {
        if (resource == _app.Resource) return _app;
        lock (_gate)
        {
            if (_own is null || _own.Resource != resource) _own = new Slot(resource);
            return _own;
        }
    }

    /// <summary>Runs once for all callers that wait for it, and continues if one of them cancels.</summary>
    Task<HeldToken> RefreshAsync(Slot slot, HeldToken? old, CancellationToken cancel)
    {
        lock (_gate)
        {
            // The refresh that replaced the old token may have ended since the caller looked.
            if (slot.Token is { } token && token != old && token.Left > TimeSpan.Zero) return Task.FromResult(token);
            if (slot.Refreshing is null or { IsCompleted: true })
                slot.Refreshing = Task.Run(() => RefreshPatientlyAsync(slot, old), CancellationToken.None);
            return slot.Refreshing.WaitAsync(cancel);
        }
    }

    async Task<HeldToken> RefreshPatientlyAsync(Slot slot, HeldToken? old)
    {
        try
        {
            return await _attempts.RunAsync(slot, () => RefreshInTurnAsync(slot, old)).ConfigureAwait(false);
        }
        catch (HandstampException fault) when (_pauses.Fault is null && !fault.Definitive)
        {
            PauseFor(fault);
            throw;
        }
    }

    async Task<HeldToken> RefreshInTurnAsync(Slot slot, HeldToken? old)
    {
        try
        {
            // Reading alone does not have to wait for another process.
            var found = await _refresh.FindAsync(slot, old).ConfigureAwait(false);
            return Take(slot, found ?? await AskInTurnAsync(slot, old).ConfigureAwait(false));
        }
        catch (HandstampException fault) when (fault.Definitive)
        {
            Drop(fault.Code is HandstampErrorCodes.SignedOut ? null : fault.Code);
            throw;
        }
    }

    async Task<HeldToken> AskInTurnAsync(Slot slot, HeldToken? old)
    {
        if (_pauses.Fault is { } early) throw early.Again();
        using var turn = await _store.TakeTurnAsync(CancellationToken.None).ConfigureAwait(false);
        return await _refresh.RunAsync(slot, old).ConfigureAwait(false);
    }

    void PauseFor(HandstampException fault)
    {
        var pause = _pauses.Grow(fault);
        ClientLog.NotRefreshed(_log, fault.Code, pause, fault);
        Schedule(pause);
    }

    /// <summary>The callers that need the token get the failure, and so do the log and the handlers.</summary>
    void RefreshQuietly(Slot slot) => RefreshAsync(slot, slot.Token, CancellationToken.None)
        .ContinueWith(static done => done.Exception, TaskScheduler.Default);

    void RefreshInTime()
    {
        // A timer may come early, by some milliseconds or because it cannot be set for such a long time.
        var due = _pauses.Fault is null ? _app.Token?.UntilRefresh ?? TimeSpan.Zero : _pauses.Left;
        if (due > TimeSpan.Zero) Schedule(due);
        else RefreshQuietly(_app);
    }

    HeldToken Take(Slot slot, HeldToken token)
    {
        // The tokens of another session have ended with it.
        if (_app.Token?.SessionId != token.SessionId) _app.Token = null;
        if (_own?.Token?.SessionId != token.SessionId) _own?.Token = null;
        slot.Token = token;
        _pauses.End();
        if (slot == _app) Schedule(token.UntilRefresh);
        _announcer.Announce(token.SessionId);
        return token;
    }

    void Drop(string? code = null)
    {
        if (_app.Token is not null) ClientLog.Ended(_log, code ?? HandstampErrorCodes.SignedOut);
        _app.Token = null;
        _own?.Token = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _announcer.Announce(null, code);
    }

    void Schedule(TimeSpan due) =>
        _timer.Change(due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
}
