using Handstamp.Server.Sessions.Feed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

public sealed class FollowerPlacesTests
{
    [Fact]
    public void A_place_that_is_given_back_can_be_taken_once()
    {
        var places = new FollowerPlaces();
        Assert.All(Enumerable.Range(0, FollowerPlaces.MostOfOne), _ => Assert.True(places.TryTake("orders-api")));
        Assert.False(places.TryTake("orders-api"));

        places.GiveBack("orders-api");

        Assert.True(places.TryTake("orders-api"));
        Assert.False(places.TryTake("orders-api"));
        Assert.True(places.TryTake("stock-api"));
    }
}
