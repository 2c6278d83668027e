using System.Net;
using System.Runtime.CompilerServices;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The last place of a queue, and places that leave it.</summary>
public sealed class FairQueueBoundsTests : IDisposable
{
    readonly HashingQueue _hashing = new(TestAccounts.Options(), TestAccounts.Telemetry());

    [Fact]
    public void A_queue_has_exactly_its_limit_of_places()
    {
        var queue = new FairQueue(2);

        Assert.True(queue.TryAdd(Place(1), out var displaced));
        Assert.Null(displaced);
        Assert.True(queue.TryAdd(Place(1), out displaced));
        Assert.Null(displaced);
        Assert.False(queue.TryAdd(Place(1), out displaced));
        Assert.Null(displaced);
    }

    [Fact]
    public void A_newcomer_displaces_nobody_of_a_site_that_has_one_more_place_than_its_own()
    {
        var queue = new FairQueue(3);
        var first = Enter(queue, 1);
        var last = Enter(queue, 1);
        Enter(queue, 2);

        Assert.False(queue.TryAdd(Place(2), out var displaced));
        Assert.Null(displaced);
        Assert.True(queue.TryAdd(Place(3), out displaced));
        Assert.Equal(last, displaced);
        Assert.True(queue.Holds(first));
    }

    [Fact]
    public void A_site_with_two_places_fewer_displaces()
    {
        var queue = new FairQueue(4);
        HashingPlace[] most = [Enter(queue, 1), Enter(queue, 1), Enter(queue, 1)];
        Enter(queue, 2);

        Assert.True(queue.TryAdd(Place(2), out var displaced));
        Assert.Equal(most[2], displaced);
        Assert.Equal([true, true, false], most.Select(queue.Holds));
    }

    [Fact]
    public void A_place_is_free_once_and_not_twice()
    {
        var queue = new FairQueue(2);
        var (first, _) = (Enter(queue, 1), Enter(queue, 1));

        queue.Remove(first);
        queue.Remove(first);
        queue.Remove(Place(9));

        Assert.False(queue.Holds(first));
        Assert.True(queue.TryAdd(Place(1), out _));
        Assert.False(queue.TryAdd(Place(1), out _));
    }

    [Fact]
    public void A_place_that_was_taken_is_free()
    {
        var queue = new FairQueue(1);
        var ready = Enter(queue, 1);
        ready.Job = new HashingJob<string>(() => "", default);

        Assert.Equal(ready, queue.TakeNext());
        Assert.False(queue.Holds(ready));
        Assert.True(queue.TryAdd(Place(1), out var displaced));
        Assert.Null(displaced);
        Assert.Null(queue.TakeNext());
    }

    [Fact]
    public void A_cleared_queue_has_all_its_room_again()
    {
        var queue = new FairQueue(3);
        HashingPlace[] places = [Enter(queue, 1), Enter(queue, 2), Enter(queue, 1)];

        Assert.Equal([places[0], places[2], places[1]], queue.Clear());
        Assert.Empty(queue.Clear());
        Assert.All(places, place => Assert.False(queue.Holds(place)));
        for (var added = 0; added < 3; added++) Enter(queue, 1);
        Assert.False(queue.TryAdd(Place(1), out _));
    }

    [Fact]
    public void A_site_whose_places_have_all_left_takes_no_memory()
    {
        var queue = new FairQueue(2);
        var site = EnterAndLeave(queue);

        GC.Collect();

        Assert.False(site.IsAlive);
        GC.KeepAlive(queue);
    }

    public void Dispose() => _hashing.Dispose();

    HashingPlace Place(int site) => new(_hashing, new IPAddress(site));

    HashingPlace Enter(FairQueue queue, int site)
    {
        var place = Place(site);
        Assert.True(queue.TryAdd(place, out _));
        return place;
    }

    // Its variables would keep the site in memory if it became a part of its caller.
    [MethodImpl(MethodImplOptions.NoInlining)]
    WeakReference EnterAndLeave(FairQueue queue)
    {
        var place = Enter(queue, 1);
        queue.Remove(place);
        return new WeakReference(place.Site);
    }
}
