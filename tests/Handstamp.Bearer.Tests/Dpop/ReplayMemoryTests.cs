using Handstamp.Bearer.Dpop;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Dpop;

public sealed class ReplayMemoryTests
{
    readonly FakeTimeProvider _time = new();

    DateTimeOffset Soon => _time.GetUtcNow().AddMinutes(1);

    [Fact]
    public async Task A_full_memory_refuses_instead_of_forgetting()
    {
        var memory = new ReplayMemory(_time, max: 2);

        Assert.True(await memory.TryUseAsync(1, Soon, default));
        Assert.True(await memory.TryUseAsync(2, Soon, default));
        Assert.False(await memory.TryUseAsync(3, Soon, default));
        Assert.False(await memory.TryUseAsync(1, Soon, default));
    }

    [Fact]
    public async Task Expired_entries_make_room()
    {
        var memory = new ReplayMemory(_time, max: 2);
        for (var round = 0; round < 5; round++)
        {
            Assert.True(await memory.TryUseAsync(1, Soon, default));
            Assert.True(await memory.TryUseAsync(2, Soon, default));
            // This proof is refused, and so not counted.
            Assert.False(await memory.TryUseAsync(2, Soon, default));
            _time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public async Task Every_half_minute_all_expired_entries_make_room()
    {
        var memory = new ReplayMemory(_time, max: 1);
        Assert.True(await memory.TryUseAsync(1, _time.GetUtcNow().AddSeconds(30), default));

        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.True(await memory.TryUseAsync(2, _time.GetUtcNow().AddSeconds(1), default));
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(await memory.TryUseAsync(3, Soon, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await memory.TryUseAsync(3, Soon, default));
    }

    [Fact]
    public async Task The_first_thread_that_comes_after_a_while_makes_room()
    {
        var memory = new ReplayMemory(_time, max: 1);
        var other = new Thread(() => Assert.True(memory.TryUseAsync(1, Soon, default).AsTask().IsCompletedSuccessfully));
        other.Start();
        other.Join();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await memory.TryUseAsync(2, Soon, default));
    }

    [Fact]
    public async Task Many_threads_may_make_room_at_once()
    {
        var time = new Hurrying();
        var memory = new ReplayMemory(time);
        for (var proof = 0; proof < 1000; proof++)
            await memory.TryUseAsync((UInt128)proof, DateTimeOffset.MaxValue, default);

        await Task.WhenAll(Enumerable.Range(1, 4).Select(thread => Task.Run(async () =>
        {
            for (var proof = 0; proof < 500; proof++)
                Assert.True(await memory.TryUseAsync(((UInt128)thread << 32) + (UInt128)proof, DateTimeOffset.MinValue, default));
        })));
    }

    /// <summary>A clock by which each use of a proof comes late enough to make room.</summary>
    sealed class Hurrying : TimeProvider
    {
        long _calls;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMinutes(Interlocked.Increment(ref _calls));
    }
}
