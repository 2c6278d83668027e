using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>
/// Detects that the database has gone back in time, and then begins a new epoch of the feed: its followers start again,
/// because numbers that they have seen are given a second time. The evidence can come from the engine, the end of the
/// log that this node has seen (also stored in the data directory), a follower, or a refresh token.
/// </summary>
sealed class FeedEpoch(
    IRevocationLog revocations, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<FeedEpoch> log) : IDisposable
{
    // A follower is believed once in this time: each new epoch makes all of them read the log again.
    static readonly TimeSpan Belief = RevocationFeed.Memory;

    readonly string _file = Path.Combine(storage.Value.DataDirectory, "feed.position");
    readonly SemaphoreSlim _looking = new(1);
    readonly Lock _lock = new();
    FeedPosition _seen;
    FeedPosition _kept;
    volatile LogHead? _head;
    bool _keeps = true;

    /// <summary>The end of the log, as last seen.</summary>
    public FeedPosition Position => Head.Position;

    /// <summary>When it was last found that the database has gone back in time.</summary>
    public DateTimeOffset? WentBackAt => Head.WentBackAt;

    FeedPosition Seen
    {
        get
        {
            lock (_lock) return _seen;
        }
    }

    LogHead Head => _head ?? throw new InvalidOperationException("The feed has not been opened.");

    /// <summary>The first look, before anything is served.</summary>
    public async Task OpenAsync(CancellationToken cancel)
    {
        if (FeedPosition.TryParse(ReadKept(), out _kept)) Saw(_kept);
        await LookAsync(cancel);
    }

    /// <summary>
    /// The log goes at least this far, because a follower was told so. That may be after the last look.
    /// </summary>
    public void Saw(FeedPosition position)
    {
        lock (_lock)
            if (_seen.IsBehind(position)) _seen = position;
    }

    public Task<LogHead> LookAsync(CancellationToken cancel) => LookAsync(static _ => null, cancel);

    /// <summary>Where a returning follower continues: after what it has seen, or at the start.</summary>
    public async Task<FeedPosition> ResumeAsync(FeedPosition seen, CancellationToken cancel)
    {
        if (IsAhead(seen, Position)) await LookAsync(head => Judge(seen, head), cancel);
        return seen.Epoch == Position.Epoch && !IsAhead(seen, Position) ? seen : Position.Start;
    }

    /// <summary>
    /// An authentic refresh token is ahead of its row. This is new evidence if the row was written in this epoch.
    /// </summary>
    public Task TokenIsAheadAsync(DateTimeOffset rowWrittenAt) => LookAsync(
        head => rowWrittenAt > head.Position.EpochBegan ? "a refresh token is newer than its session's row" : null,
        CancellationToken.None);

    public void Dispose() => _looking.Dispose();

    async Task<LogHead> LookAsync(Func<LogHead, string?> isTold, CancellationToken cancel)
    {
        await _looking.WaitAsync(cancel);
        try
        {
            // Read before the head: what is seen meanwhile may be newer than the head.
            var seen = Seen;
            var head = await revocations.ReadHeadAsync(cancel);
            var evidence = Judge(head, seen) ?? isTold(head);
            if (evidence is not null || head.Position.Epoch == 0 || head.Place == LogPlace.Other)
                head = await BeginAsync(head, evidence, cancel);
            Keep(head.Position);
            return _head = head;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>The evidence of this node itself that the database has gone back; null if there is none.</summary>
    static string? Judge(LogHead head, FeedPosition seen) =>
        head.Position.IsBehind(seen) ? $"the revocation log ends at {head.Position}, but this node has seen it end at {seen}"
        : head.Place == LogPlace.Backup ? "the database is a copy made by `handstamp backup`"
        : null;

    string? Judge(FeedPosition follower, LogHead head) =>
        IsAhead(follower, head.Position) && clock.Now() - head.Position.EpochBegan >= Belief
            ? $"the revocation log ends at {head.Position}, and a follower has seen {follower}"
            : null;

    // Positions of different epochs cannot be compared.
    static bool IsAhead(FeedPosition follower, FeedPosition log) =>
        follower.Epoch == log.Epoch && log.IsBehind(follower);

    async Task<LogHead> BeginAsync(LogHead head, string? evidence, CancellationToken cancel)
    {
        var now = clock.Now();
        // Later than all epochs that were seen, whatever the clock says.
        var epoch = Math.Max(now.ToUnixTimeMilliseconds(), Math.Max(head.Position.Epoch, Seen.Epoch) + 1);
        var wentBackAt = evidence is null ? default(DateTimeOffset?) : now;
        if (await revocations.TryBeginEpochAsync(head.Position.Epoch, epoch, wentBackAt)) Log(head, evidence);
        return await revocations.ReadHeadAsync(cancel);
    }

    // A database that was never served cannot have gone back.
    void Log(LogHead head, string? evidence)
    {
        if (evidence is not null) SessionLog.WentBack(log, evidence);
        else if (head.Position.Epoch > 0) SessionLog.MayHaveGoneBack(log);
    }

    void Keep(FeedPosition position)
    {
        Saw(position);
        if (position == _kept) return;
        _kept = position;
        try
        {
            OwnFile.Replace(_file, position.ToString());
            _keeps = true;
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            if (_keeps) SessionLog.PositionNotKept(log, _file, fault);
            _keeps = false;
        }
    }

    string? ReadKept()
    {
        try
        {
            return OwnFile.ReadIfThere(_file);
        }
        catch (Exception fault) when (fault.IsFileFault())
        {
            SessionLog.PositionNotKept(log, _file, fault);
            return null;
        }
    }
}
