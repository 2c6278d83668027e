using System.Net;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class FairQueueTests : IDisposable
{
    readonly HashingQueue _hashing = new(TestAccounts.Options(), TestAccounts.Telemetry());

    [Fact]
    public void Sites_take_turns_and_each_site_is_first_in_first_out()
    {
        var queue = new FairQueue(10);
        var (a1, a2, a3) = (Ready(queue, 1), Ready(queue, 1), Ready(queue, 1));
        var (b1, b2) = (Ready(queue, 2), Ready(queue, 2));
        var c1 = Ready(queue, 3);

        Assert.Equal([a1, b1, c1, a2, b2, a3, null], Enumerable.Range(0, 7).Select(_ => queue.TakeNext()));
    }

    [Fact]
    public void A_place_without_a_known_hash_delays_nobody()
    {
        var queue = new FairQueue(10);
        var entered = Enter(queue, 1);
        var (ready, other) = (Ready(queue, 1), Ready(queue, 2));

        Assert.Equal([ready, other, null], new[] { queue.TakeNext(), queue.TakeNext(), queue.TakeNext() });

        entered.Job = new HashingJob<string>(() => "", default);
        Assert.Equal(entered, queue.TakeNext());
    }

    [Fact]
    public void In_a_full_queue_a_newcomer_displaces_the_last_of_the_site_that_has_the_most()
    {
        var queue = new FairQueue(6);
        var first = Enumerable.Range(0, 4).Select(_ => Ready(queue, 1)).ToList();
        var second = Enumerable.Range(0, 2).Select(_ => Ready(queue, 2)).ToList();

        Assert.True(queue.TryAdd(Place(3), out var displaced));
        Assert.Equal(first[3], displaced);
        Assert.True(queue.TryAdd(Place(3), out displaced));
        Assert.Equal(first[2], displaced);
        Assert.False(queue.Holds(first[3]));
        Assert.True(queue.Holds(second[1]));
    }

    [Fact]
    public void A_newcomer_whose_site_would_then_have_the_most_is_refused()
    {
        var queue = new FairQueue(4);
        for (var place = 0; place < 2; place++) { Ready(queue, 1); Ready(queue, 2); }

        Assert.False(queue.TryAdd(Place(1), out _));
        Assert.True(queue.TryAdd(Place(3), out _));
        Assert.False(queue.TryAdd(Place(3), out _));
        Assert.True(queue.TryAdd(Place(4), out _));
        Assert.False(queue.TryAdd(Place(5), out _));
    }

    [Fact]
    public void A_caller_who_leaves_keeps_no_turn()
    {
        var queue = new FairQueue(10);
        for (var time = 0; time < 5; time++) queue.Remove(Enter(queue, 1));
        Ready(queue, 2);
        var (first, second) = (Ready(queue, 1), Ready(queue, 1));

        queue.TakeNext();
        Assert.Equal([first, second, null], new[] { queue.TakeNext(), queue.TakeNext(), queue.TakeNext() });
    }

    // Two sites with 90 callers, and 27 other sites.
    [Fact]
    public void A_site_that_fills_the_queue_fills_only_its_own_share()
    {
        var queue = new FairQueue(64);
        List<HashingPlace> honest = [];
        for (var round = 0; round < 27; round++)
        {
            for (var attempt = 0; attempt < 45; attempt++) { TryReady(queue, 1); TryReady(queue, 2); }
            honest.Add(Ready(queue, 10 + round));
        }
        for (var attempt = 0; attempt < 45; attempt++) { TryReady(queue, 1); TryReady(queue, 2); }

        Assert.All(honest, place => Assert.True(queue.Holds(place)));
        var taken = Enumerable.Range(0, 29).Select(_ => queue.TakeNext()!).ToList();
        Assert.All(honest, place => Assert.Contains(place, taken));
        Assert.Equal(64 - 29, queue.Clear().Count);
    }

    public void Dispose() => _hashing.Dispose();

    HashingPlace Place(int site) => new(_hashing, new IPAddress(site));

    HashingPlace Enter(FairQueue queue, int site)
    {
        var place = Place(site);
        Assert.True(queue.TryAdd(place, out _));
        return place;
    }

    HashingPlace Ready(FairQueue queue, int site)
    {
        var place = Enter(queue, site);
        place.Job = new HashingJob<string>(() => "", default);
        return place;
    }

    void TryReady(FairQueue queue, int site) =>
        queue.TryAdd(new HashingPlace(_hashing, new IPAddress(site)) { Job = new HashingJob<string>(() => "", default) }, out _);
}
