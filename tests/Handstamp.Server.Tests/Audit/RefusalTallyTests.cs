using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Audit;

/// <summary>A flood of refusals fills neither the memory nor the disk.</summary>
public sealed class RefusalTallyTests : IAsyncLifetime
{
    HandstampApp _app = null!;

    RefusalTally Tally => _app.Get<RefusalTally>();

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_flood_from_one_network_is_one_row_a_minute()
    {
        for (var host = 0; host < 250; host++) Tally.Add(Refused($"192.0.2.{host}"));
        await Tally.WriteAsync();
        for (var host = 0; host < 50; host++) Tally.Add(Refused($"192.0.2.{host}"));
        for (var host = 0; host < 100; host++) Tally.Add(Refused($"2001:db8::{host:x}"));
        await Tally.WriteAsync();
        _app.Jump(TimeSpan.FromMinutes(1));
        Tally.Add(Refused("192.0.2.1"));

        Assert.Equal([("192.0.2.0", 1), ("192.0.2.0", 300), ("2001:db8::", 100)], (await RowsAsync()).Select(row => ($"{row.By.Address}", row.Count)).Order());
    }

    [Fact]
    public async Task A_flood_from_everywhere_is_a_thousand_rows_a_minute_and_one_for_the_rest_and_no_refusal_is_lost()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var network = 0; network < 3000; network++) Tally.Add(Refused($"10.{network >> 8}.{network & 255}.1"));
            await Tally.WriteAsync();
        }

        var rows = await RowsAsync();

        Assert.Equal(RefusalTally.MostInMinute + 1, rows.Count);
        Assert.Equal(6000, rows.Sum(row => row.Count));
        Assert.Equal(4000, Assert.Single(rows, row => row.By.Address is null).Count);
    }

    [Fact]
    public async Task A_late_request_of_the_previous_minute_starts_no_second_thousand()
    {
        for (var turn = 0; turn < 4; turn++)
            for (var network = 0; network < 1000; network++)
                Tally.Add(Refused($"10.{turn}{network >> 8}.{network & 255}.1") with { At = _app.Clock.Now() - TimeSpan.FromMinutes(turn % 2) });

        Assert.InRange((await RowsAsync()).Count, 1000, RefusalTally.MostInMinute + 1);
    }

    [Fact]
    public async Task Counted_refusals_are_written_when_the_service_stops()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-test-").FullName;
        try
        {
            var app = await HandstampApp.StartAsync(directory: directory);
            app.Get<RefusalTally>().Add(Refused("192.0.2.1"));
            await app.DisposeAsync();

            await using var again = await HandstampApp.StartAsync(directory: directory);
            var page = await again.Get<IEventStore>().ReadOnAsync(new() { Kinds = [EventKind.LoginRefused] }, Guid.Empty, 100, default);
            Assert.Single(page.Events);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Old_events_are_swept_and_no_others()
    {
        Tally.Add(Refused("192.0.2.1"));
        await Tally.WriteAsync();
        _app.Jump(TimeSpan.FromDays(89));
        await _app.Get<EventSweeper>().SweepAsync(default);
        Assert.Single(await RowsAsync());

        _app.Jump(TimeSpan.FromDays(2));
        await _app.Get<EventSweeper>().SweepAsync(default);

        Assert.Empty(await RowsAsync());
    }

    Event Refused(string address) =>
        new Origin(new Actor(ActorKind.Person), IPAddress.Parse(address)).Does(EventKind.LoginRefused, _app.Clock.Now()) with { Outcome = "invalid_credentials" };

    async Task<IReadOnlyList<Event>> RowsAsync()
    {
        await Tally.WriteAsync();
        return (await _app.Get<IEventStore>().ReadOnAsync(new() { Kinds = [EventKind.LoginRefused] }, Guid.Empty, 10_000, default)).Events;
    }
}
