using System.Net;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Tests.Postgres;

public sealed class TallyCostTests : PostgresTests
{
    [Fact]
    public async Task Any_number_of_refusals_is_written_in_one_round_trip()
    {
        var line = await Engine.ReopenOverLineAsync();
        // First the connection is made; the second time, the statement is prepared.
        for (var first = 0; first < 2; first++) await Events.CountAsync([Refused(first)]);
        var before = line.RoundTrips;

        await Events.CountAsync([.. Enumerable.Range(0, 1000).Select(Refused)]);

        Assert.Equal(1, line.RoundTrips - before);
        Assert.Equal([1, 2], (await ReadEventsAsync()).Select(row => row.Count).Distinct().Order());
        Assert.Equal(1002, (await ReadEventsAsync()).Sum(row => row.Count));
    }

    static Event Refused(int network)
    {
        var address = new IPAddress([10, (byte)(network >> 8), (byte)network, 0]);
        return new Origin(new Actor(ActorKind.Person), address).Does(EventKind.LoginRefused, Given.Now) with
        {
            Outcome = "invalid_credentials",
            Since = Given.Now,
            Tally = EventId.Tally(EventKind.LoginRefused, Given.Now, address),
        };
    }
}
