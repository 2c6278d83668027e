using System.Net;
using Handstamp.Server.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handstamp.Storage.Tests.Audit;

public abstract class EventStoreContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_event_is_read_exactly_as_it_was_written()
    {
        var whole = new Origin(new Actor(ActorKind.Operator, "grace"), IPAddress.Parse("192.0.2.7"), "Großmutters 📱 ❤")
            .Does(EventKind.AccountRolesChanged, Given.Now) with
        {
            AccountId = Given.Id(),
            SessionId = Given.Id(),
            Outcome = "outcome",
            Detail = "admin, ' OR 1=1 --",
            Count = int.MaxValue,
        };
        var bare = Origin.System.Does(EventKind.KeyCreated, Given.Now + Minute);

        await AddAsync(whole, bare);

        Assert.Equal([whole, bare], await ReadEventsAsync());
        Assert.Equal([bare, whole], (await ReadBackAsync(EventFilter.All)).Events);
    }

    [Fact]
    public async Task Events_are_read_page_by_page_from_both_ends()
    {
        var events = Enumerable.Range(0, 5).Select(minute => Given.By.Does(EventKind.SessionBegun, Given.Now + (minute * Minute))).ToArray();
        await AddAsync(events);

        var (back, on) = (new List<Event>(), new List<Event>());
        Guid? before = null, after = Guid.Empty;
        do
        {
            var page = await Events.ReadBackAsync(EventFilter.All, before, look: 2, Cancel);
            back.AddRange(page.Events);
            before = page.Next;
        }
        while (before is not null);
        do
        {
            var page = await Events.ReadOnAsync(EventFilter.All, after.Value, look: 2, Cancel);
            on.AddRange(page.Events);
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(events, on);
        Assert.Equal(events.Reverse(), back);
    }

    [Fact]
    public async Task A_filter_matches_by_account_kind_and_time()
    {
        var (ada, grace) = (Given.Id(), Given.Id());
        Event[] events =
        [
            Given.By.Does(EventKind.SessionBegun, Given.Now) with { AccountId = ada },
            Given.By.Does(EventKind.SessionEnded, Given.Now + Minute) with { AccountId = ada },
            Given.By.Does(EventKind.SessionBegun, Given.Now + (2 * Minute)) with { AccountId = grace },
            Given.By.Does(EventKind.KeyCreated, Given.Now + (3 * Minute)),
        ];
        await AddAsync(events);

        await AssertFitsAsync([0, 1], new() { AccountId = ada });
        await AssertFitsAsync([2], new() { AccountId = grace });
        await AssertFitsAsync([], new() { AccountId = Given.Id() });
        await AssertFitsAsync([0, 2, 3], new() { Kinds = [EventKind.SessionBegun, EventKind.KeyCreated] });
        await AssertFitsAsync([0], new() { AccountId = ada, Kinds = [EventKind.SessionBegun] });
        // 1 is neither 11 nor 41.
        await AssertFitsAsync([], new() { Kinds = [EventKind.LoginThrottled, EventKind.KeyRotated] });
        Assert.Equal([events[3], events[2]], (await ReadBackAsync(new() { Since = Given.Now + (2 * Minute) })).Events);
        Assert.Equal([events[1]], (await ReadBackAsync(new() { AccountId = ada, Since = Given.Now + Minute })).Events);

        async Task AssertFitsAsync(int[] expected, EventFilter filter)
        {
            Assert.Equal(expected.Select(index => events[index]), (await Events.ReadOnAsync(filter, Guid.Empty, 100, Cancel)).Events);
            Assert.Equal(expected.Reverse().Select(index => events[index]), (await ReadBackAsync(filter)).Events);
        }
    }

    [Theory]
    [InlineData("192.0.2.7/32", "192.0.2.7 192.0.2.0")]
    [InlineData("192.0.2.8/32", "192.0.2.0")]
    [InlineData("192.0.0.0/16", "192.0.2.7 192.0.2.0")]
    [InlineData("192.0.3.7/32", "")]
    [InlineData("2001:db8::9/128", "2001:db8::")]
    [InlineData("2001:db8::7/128", "2001:db8::7 2001:db8::")]
    [InlineData("::/0", "2001:db8::7 2001:db8::")]
    [InlineData("0.0.0.0/0", "192.0.2.7 192.0.2.0")]
    public async Task A_filter_matches_an_address_and_the_refusals_of_its_network(string network, string expected)
    {
        foreach (var address in (string[])["192.0.2.7", "2001:db8::7"])
        {
            var by = Given.By with { Address = IPAddress.Parse(address) };
            await AddAsync(by.Does(EventKind.SessionBegun, Given.Now));
            await Events.CountAsync([Refused(by.Address, Given.Now + Minute)]);
        }

        var fitting = (await Events.ReadOnAsync(new() { Network = IPNetwork.Parse(network) }, Guid.Empty, 100, Cancel)).Events;

        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
            fitting.Select(found => found.By.Address!.ToString()).Order());
    }

    [Fact]
    public async Task A_filter_without_a_match_checks_a_limited_number_and_says_where_to_continue()
    {
        var events = Enumerable.Range(0, 5).Select(minute => Given.By.Does(EventKind.SessionBegun, Given.Now + (minute * Minute))).ToArray();
        await AddAsync(events);
        var filter = new EventFilter { Kinds = [EventKind.ApiAdded] };

        Assert.Equivalent(new EventPage([], events[3].Id), await Events.ReadBackAsync(filter, null, look: 2, Cancel), strict: true);
        Assert.Equivalent(new EventPage([], null), await Events.ReadBackAsync(filter, events[1].Id, look: 2, Cancel), strict: true);
        Assert.Equivalent(new EventPage([], events[1].Id), await Events.ReadOnAsync(filter, Guid.Empty, look: 2, Cancel), strict: true);
    }

    [Fact]
    public async Task Counted_events_are_one_row_with_their_number_and_start_and_come_last()
    {
        var first = Refused(IPAddress.Parse("192.0.2.7"), Given.Now);
        await Events.CountAsync([first, Refused(IPAddress.Parse("198.51.100.7"), Given.Now)]);
        await AddAsync(Given.By.Does(EventKind.SessionBegun, Given.Now + TimeSpan.FromSeconds(1)));

        var again = Refused(IPAddress.Parse("192.0.2.9"), Given.Now + TimeSpan.FromSeconds(2)) with { Count = 4 };
        await Events.CountAsync([again]);

        var events = await ReadEventsAsync();
        Assert.Equal(3, events.Count);
        Assert.Equal(again with { Count = 5, Since = first.At }, events[^1]);
    }

    [Fact]
    public async Task Counted_events_are_read_exactly_as_they_were_written()
    {
        var whole = new Origin(new Actor(ActorKind.Client, "a, b"), IPAddress.Parse("2001:db8::"), "Großmutters \"📱\" \\ ❤")
            .Does(EventKind.SessionLateRetry, Given.Now) with
        {
            AccountId = Given.Id(),
            SessionId = Given.Id(),
            Outcome = "outcome",
            Detail = "{}, ' OR 1=1 --",
            Count = int.MaxValue,
            Tally = EventId.Tally(EventKind.SessionLateRetry, Given.Now, "whole"),
            Since = Given.Now - Minute,
        };
        var bare = Origin.System.Does(EventKind.LoginRefused, Given.Now + Minute) with
        {
            Tally = EventId.Tally(EventKind.LoginRefused, Given.Now, "bare"),
            Since = Given.Now,
        };

        await Events.CountAsync([bare, whole]);

        Assert.Equal([whole, bare], await ReadEventsAsync());
    }

    [Fact]
    public async Task Refusals_of_several_minutes_that_are_written_at_once_all_count()
    {
        const int networks = RefusalTally.MostInMinute + 100;
        var tally = new RefusalTally(Events, TimeProvider.System, NullLogger<RefusalTally>.Instance);
        for (var minute = 0; minute < 3; minute++)
        {
            for (var network = 0; network < 2 * networks; network++)
                tally.Add(Of(network % networks, Given.Now + (minute * Minute)));
            // One refusal that comes late.
            tally.Add(Of(0, Given.Now - Minute));
        }

        await tally.WriteAsync();

        var rows = (await Events.ReadOnAsync(EventFilter.All, Guid.Empty, 10_000, Cancel)).Events;
        Assert.Equal(3 * (RefusalTally.MostInMinute + 1), rows.Count);
        Assert.Equal(3 * ((2 * networks) + 1), rows.Sum(row => row.Count));

        static Event Of(int network, DateTimeOffset at)
        {
            var by = new Origin(new Actor(ActorKind.Person), new IPAddress([10, (byte)(network >> 8), (byte)network, 1]));
            return by.Does(EventKind.LoginRefused, at) with { Outcome = "invalid_credentials" };
        }
    }

    [Fact]
    public async Task No_simultaneously_counted_event_is_lost()
    {
        await InParallelAsync(16, async _ =>
        {
            await Events.CountAsync([Refused(IPAddress.Parse("192.0.2.7"), Given.Now), Refused(IPAddress.Parse("198.51.100.7"), Given.Now)]);
            return true;
        });

        Assert.Equal([16, 16], (await ReadEventsAsync()).Select(counted => counted.Count));
    }

    [Theory]
    [InlineData("UPDATE events SET detail = 'another'")]
    [InlineData("UPDATE events SET count = count - 1 WHERE tally IS NOT NULL")]
    [InlineData("UPDATE events SET tally = NULL, count = count + 1 WHERE tally IS NOT NULL")]
    [InlineData("UPDATE events SET kind = 11, count = count + 1 WHERE tally IS NOT NULL")]
    public async Task Events_cannot_be_changed_in_the_database_either(string change)
    {
        await AddAsync(Given.By.Does(EventKind.SessionBegun, Given.Now) with { Detail = "pwd" });
        await Events.CountAsync([Refused(IPAddress.Parse("192.0.2.7"), Given.Now + Minute)]);
        var before = await ReadEventsAsync();

        Exception refusal;
        do refusal = await Assert.ThrowsAnyAsync<Exception>(() => Engine.ChangeAsync(change));
        // The conflicting engine fails now and then on purpose.
        while (refusal.Message.Contains("injected", StringComparison.Ordinal));

        Assert.Contains("An event is never changed.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, await ReadEventsAsync());
    }

    [Fact]
    public async Task Old_events_are_deleted_in_batches_and_the_others_stay()
    {
        var events = Enumerable.Range(0, 5).Select(minute => Given.By.Does(EventKind.SessionBegun, Given.Now + (minute * Minute))).ToArray();
        await AddAsync(events);
        var oldest = events[3].At;

        Assert.Equal(2, await Events.SweepAsync(oldest, limit: 2));
        Assert.Equal(1, await Events.SweepAsync(oldest, limit: 2));
        Assert.Equal(0, await Events.SweepAsync(oldest, limit: 2));

        Assert.Equal(events[3..], await ReadEventsAsync());
    }

    [Fact]
    public async Task Too_many_refusals_lose_their_oldest_rows_and_nothing_else_is_deleted()
    {
        await AddAsync(Given.By.Does(EventKind.SessionBegun, Given.Now));
        await Events.CountAsync([Given.LateRetry(Given.Id(), Given.Now)]);
        for (var minute = 1; minute <= 5; minute++) await Events.CountAsync([Refused(IPAddress.Parse("192.0.2.7"), Given.Now + (minute * Minute))]);

        Assert.Equal(2, await Events.SweepRefusalsAsync(keep: 2, limit: 2));
        Assert.Equal(1, await Events.SweepRefusalsAsync(keep: 2, limit: 2));
        Assert.Equal(0, await Events.SweepRefusalsAsync(keep: 2, limit: 2));

        var left = await ReadEventsAsync();
        Assert.Equal([EventKind.SessionBegun, EventKind.SessionLateRetry], left.Select(one => one.Kind).Where(kind => !kind.IsRefusal()).Order());
        Assert.Equal([Given.Now + (4 * Minute), Given.Now + (5 * Minute)], left.Where(one => one.Kind.IsRefusal()).Select(one => one.At));
    }

    static Event Refused(IPAddress address, DateTimeOffset at) => new()
    {
        Id = EventId.At(at),
        At = at,
        Since = at,
        Kind = EventKind.LoginRefused,
        By = new Origin(new Actor(ActorKind.Person), address.AuditNetwork()),
        Outcome = "invalid_credentials",
        Tally = EventId.Tally(EventKind.LoginRefused, at.AddTicks(-(at.Ticks % Minute.Ticks)), address.AuditNetwork()),
    };

    /// <summary>Together with a change, as all events are added.</summary>
    async Task AddAsync(params Event[] events) =>
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [], [], events));

    Task<EventPage> ReadBackAsync(EventFilter filter) => Events.ReadBackAsync(filter, before: null, look: 100, Cancel);
}
