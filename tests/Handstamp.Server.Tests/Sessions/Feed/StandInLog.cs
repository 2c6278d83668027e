using Handstamp.Server.Sessions.Feed;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>A log that does what a test says: what the real one never does while a service runs, or not at that moment.</summary>
sealed class StandInLog : IRevocationLog
{
    public LogHead Head { get; set; } = new(default);

    public Func<long, Task<IReadOnlyList<Revocation>>> Read { get; init; } = _ => Task.FromResult<IReadOnlyList<Revocation>>([]);

    public Task<IReadOnlyList<Revocation>> ReadAfterAsync(long sequence, DateTimeOffset since, int limit, CancellationToken cancel) => Read(sequence);

    public Task<LogHead> ReadHeadAsync(CancellationToken cancel) => Task.FromResult(Head);

    public Task<bool> TryBeginEpochAsync(long read, long epoch, DateTimeOffset? wentBackAt)
    {
        Head = new LogHead(Head.Position with { Epoch = epoch }, LogPlace.Same, wentBackAt);
        return Task.FromResult(true);
    }

    public Task<int> SweepAsync(DateTimeOffset before, int limit) => Task.FromResult(0);
}
