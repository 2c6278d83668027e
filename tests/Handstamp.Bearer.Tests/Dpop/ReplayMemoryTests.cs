using Handstamp.Bearer.Dpop;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Dpop;

public sealed class ReplayMemoryTests
{
    readonly FakeTimeProvider _time = new();

    DateTimeOffset Soon => _time.GetUtcNow().AddMinutes(1);

    [Fact]
    public async Task When_it_is_full_it_refuses_rather_than_forgets()
    {
        var memory = new ReplayMemory(_time, max: 2);

        Assert.True(await memory.TryUseAsync(1, Soon, default));
        Assert.True(await memory.TryUseAsync(2, Soon, default));
        Assert.False(await memory.TryUseAsync(3, Soon, default));
        Assert.False(await memory.TryUseAsync(1, Soon, default));
    }

    [Fact]
    public async Task What_is_over_makes_room()
    {
        var memory = new ReplayMemory(_time, max: 2);
        for (var round = 0; round < 5; round++)
        {
            Assert.True(await memory.TryUseAsync(1, Soon, default));
            Assert.True(await memory.TryUseAsync(2, Soon, default));
            // Refused, and so not counted.
            Assert.False(await memory.TryUseAsync(2, Soon, default));
            _time.Advance(TimeSpan.FromMinutes(2));
        }
    }
}
