using Handstamp.Tokens.Jose;
using Xunit;

namespace Handstamp.Tokens.Tests.Jose;

public sealed class PoolTests
{
    [Fact]
    public void A_returned_instance_is_used_again()
    {
        var pool = new Pool<Instance>(() => new Instance());
        var first = pool.Rent();

        pool.Return(first);

        Assert.Same(first, pool.Rent());
        Assert.NotSame(first, pool.Rent());
    }

    [Fact]
    public void An_instance_that_finds_no_room_is_disposed_of()
    {
        var pool = new Pool<Instance>(() => new Instance());
        Instance[] all = [.. Enumerable.Range(0, Environment.ProcessorCount + 1).Select(_ => pool.Rent())];

        foreach (var instance in all)
            pool.Return(instance);

        Assert.All(all[..^1], instance => Assert.False(instance.Disposed));
        Assert.True(all[^1].Disposed);
    }

    [Fact]
    public void A_drained_pool_has_disposed_of_its_idle_instances()
    {
        var pool = new Pool<Instance>(() => new Instance());
        var idle = pool.Rent();
        var rented = pool.Rent();
        pool.Return(idle);

        pool.Drain();

        Assert.True(idle.Disposed);
        Assert.False(rented.Disposed);
    }

    [Fact]
    public void No_instance_has_two_users()
    {
        var pool = new Pool<Instance>(() => new Instance());

        var alone = ParallelEnumerable.Range(0, 20_000).WithDegreeOfParallelism(8).All(_ =>
        {
            var instance = pool.Rent();
            var users = Interlocked.Increment(ref instance.Users);
            Interlocked.Decrement(ref instance.Users);
            pool.Return(instance);
            return users == 1;
        });

        Assert.True(alone);
    }

    sealed class Instance : IDisposable
    {
        public int Users;

        public bool Disposed { get; private set; }

        public void Dispose() => Disposed = true;
    }
}
