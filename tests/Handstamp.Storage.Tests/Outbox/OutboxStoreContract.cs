using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;

namespace Handstamp.Storage.Tests.Outbox;

public abstract class OutboxStoreContract<TEngine> : StoreContract<TEngine>
    where TEngine : EngineUnderTest, new()
{
    const int Many = 1000;

    const string Failure = "The mail server answered 550.";

    static readonly DateTimeOffset Until = Given.Now.AddMinutes(2);

    IOutboxStore Outbox => Engine.Get<IOutboxStore>();

    [Fact]
    public async Task An_entry_is_leased_unchanged_and_removed_after_its_delivery()
    {
        var entry = await AddAsync("ada", payload: [0, 1, 255]);

        var leased = Assert.IsType<LeasedEntry>(await Outbox.LeaseAsync(Given.Now, Until));

        Assert.Equal(1, leased.Attempt);
        Assert.Equal([0, 1, 255], leased.Entry.Payload);
        Assert.Equal(entry with { Payload = leased.Entry.Payload }, leased.Entry);
        Assert.True(await Outbox.CompleteAsync(leased));
        Assert.Null(await Outbox.LeaseAsync(Until, Until));
    }

    [Fact]
    public async Task The_longest_lane_and_payload_are_stored()
    {
        var entry = await AddAsync(new string('x', OutboxEntry.MaxLane), payload: new byte[OutboxEntry.MaxPayload]);

        Assert.Equal(entry.Payload, (await LeaseAsync(entry)).Entry.Payload);
    }

    [Fact]
    public async Task One_of_many_simultaneous_nodes_gets_an_entry()
    {
        var added = new List<Guid>();
        for (var receiver = 0; receiver < 8; receiver++) added.Add((await AddAsync($"receiver {receiver}")).Id);

        var leased = await InParallelAsync(32, _ => Outbox.LeaseAsync(Given.Now, Until));

        // A node that looks while another one leases may find nothing, but two nodes never get the same entry.
        var ids = leased.OfType<LeasedEntry>().Select(one => one.Entry.Id).ToList();
        while (await Outbox.LeaseAsync(Given.Now, Until) is { } later) ids.Add(later.Entry.Id);
        Assert.Equal(added, ids.Order());
    }

    [Fact]
    public async Task An_entry_waits_only_for_the_earlier_ones_of_its_lane()
    {
        var (first, second, other) = (await AddAsync("ada"), await AddAsync("ada"), await AddAsync("bob"));

        var leased = await LeaseAsync(first);
        var ofBob = await LeaseAsync(other);
        Assert.Null(await Outbox.LeaseAsync(Given.Now, Until));
        await Outbox.PostponeAsync(leased, Until, Failure);
        Assert.Null(await Outbox.LeaseAsync(Given.Now, Until));
        await Outbox.CompleteAsync(ofBob);

        await Outbox.CompleteAsync(await LeaseAsync(first, at: Until));
        await LeaseAsync(second);
    }

    [Fact]
    public async Task An_entry_that_was_given_up_delays_no_other()
    {
        var (first, second) = (await AddAsync("ada"), await AddAsync("ada"));

        Assert.True(await Outbox.GiveUpAsync(await LeaseAsync(first), Given.Now, Failure));

        await Outbox.CompleteAsync(await LeaseAsync(second));
        Assert.Null(await Outbox.LeaseAsync(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task After_a_lease_expires_the_entry_belongs_to_the_next_attempt()
    {
        var entry = await AddAsync("ada");
        var former = await LeaseAsync(entry);
        Assert.Null(await Outbox.LeaseAsync(Until.AddMilliseconds(-1), Until));

        var next = await LeaseAsync(entry, at: Until);

        Assert.Equal(2, next.Attempt);
        Assert.False(await Outbox.CompleteAsync(former));
        Assert.False(await Outbox.PostponeAsync(former, Given.Now, Failure));
        Assert.False(await Outbox.GiveUpAsync(former, Given.Now, Failure));
        Assert.True(await Outbox.CompleteAsync(next));
    }

    [Fact]
    public async Task A_postponed_entry_is_due_from_its_new_time_on()
    {
        var entry = await AddAsync("ada");
        var later = Given.Now.AddSeconds(10);

        Assert.True(await Outbox.PostponeAsync(await LeaseAsync(entry), later, Failure));

        Assert.Null(await Outbox.LeaseAsync(later.AddMilliseconds(-1), Until));
        Assert.Equal(2, (await LeaseAsync(entry, at: later)).Attempt);
    }

    [Fact]
    public async Task Only_a_limited_number_of_entries_may_wait()
    {
        Assert.True(await Outbox.TryAddAsync(NewEntry("ada"), 2));
        Assert.True(await Outbox.TryAddAsync(NewEntry("bob"), 2));
        Assert.False(await Outbox.TryAddAsync(NewEntry("eve"), 2));

        await Outbox.GiveUpAsync((await Outbox.LeaseAsync(Given.Now, Until))!, Given.Now, Failure);
        Assert.True(await Outbox.TryAddAsync(NewEntry("eve"), 2));
    }

    [Fact]
    public async Task Entries_that_were_given_up_long_ago_are_swept()
    {
        for (var entry = 0; entry < 3; entry++)
        {
            await AddAsync("ada");
            await Outbox.GiveUpAsync((await Outbox.LeaseAsync(Given.Now, Until))!, Given.Now.AddSeconds(entry), Failure);
        }
        var waiting = await AddAsync("ada");

        Assert.Equal(0, await Outbox.SweepAsync(Given.Now, 10));
        Assert.Equal(1, await Outbox.SweepAsync(Given.Now.AddSeconds(2), 1));
        Assert.Equal(1, await Outbox.SweepAsync(Given.Now.AddSeconds(2), 10));
        await LeaseAsync(waiting);
    }

    [Fact]
    public async Task What_waits_and_what_was_given_up_is_listed_in_its_order_page_by_page()
    {
        var (first, second, third) = (await AddAsync("ada", payload: [1]), await AddAsync("bob"), await AddAsync("eve"));
        await Outbox.GiveUpAsync(await LeaseAsync(first), Given.Now.AddSeconds(1), Failure);

        var page = await Outbox.ListAsync(null, 2, Cancel);
        var last = await Outbox.ListAsync(second.Id, 2, Cancel);

        Assert.Equal([first.Id, second.Id], page.Select(one => one.Entry.Id));
        Assert.Equal(("ada", 1, Given.Now.AddSeconds(1)), (page[0].Entry.Lane, page[0].Attempts, page[0].GivenUpAt));
        Assert.Equal([1], page[0].Entry.Payload);
        Assert.Equal((0, Given.Now, (DateTimeOffset?)null), (page[1].Attempts, page[1].DueAt, page[1].GivenUpAt));
        Assert.Equal([third.Id], last.Select(one => one.Entry.Id));
    }

    [Fact]
    public async Task Why_the_last_attempt_has_failed_is_listed()
    {
        var (waiting, dead) = (await AddAsync("ada"), await AddAsync("bob"));
        var longest = new string('x', OutboxEntry.MaxFailure);
        Assert.All(await Outbox.ListAsync(null, 2, Cancel), one => Assert.Null(one.Failure));

        await Outbox.PostponeAsync(await LeaseAsync(waiting), Until, Failure);
        await Outbox.GiveUpAsync(await LeaseAsync(dead), Given.Now, longest);

        Assert.Equal([Failure, longest], (await Outbox.ListAsync(null, 2, Cancel)).Select(one => one.Failure));
        await Outbox.PostponeAsync(await LeaseAsync(waiting, at: Until), Until, "Another one.");
        Assert.Equal("Another one.", (await Outbox.ListAsync(null, 1, Cancel))[0].Failure);
    }

    [Fact]
    public async Task What_was_given_up_is_due_again_once_and_it_is_recorded()
    {
        var (dead, waiting) = (await AddAsync("ada"), await AddAsync("bob"));
        await Outbox.GiveUpAsync(await LeaseAsync(dead), Given.Now, Failure);

        Assert.False(await Outbox.TryRetryAsync(waiting.Id, Retried()));
        Assert.True(await Outbox.TryRetryAsync(dead.Id, Retried()));
        Assert.False(await Outbox.TryRetryAsync(dead.Id, Retried()));

        Assert.Equal([EventKind.MailRetried], (await ReadEventsAsync()).Select(done => done.Kind));
        Guid[] leased = [(await Outbox.LeaseAsync(Given.Now, Until))!.Entry.Id, (await Outbox.LeaseAsync(Given.Now, Until))!.Entry.Id];
        Assert.Equal([dead.Id, waiting.Id], leased.Order());

        static Event Retried() => Given.By.Does(EventKind.MailRetried, Given.Now);
    }

    async Task<OutboxEntry> AddAsync(string lane, byte[]? payload = null)
    {
        var entry = NewEntry(lane) with { Payload = payload ?? [] };
        Assert.True(await Outbox.TryAddAsync(entry, Many));
        return entry;
    }

    /// <summary>Leases the entry that is due at that time, which must be this one.</summary>
    async Task<LeasedEntry> LeaseAsync(OutboxEntry expected, DateTimeOffset? at = null)
    {
        var now = at ?? Given.Now;
        var leased = Assert.IsType<LeasedEntry>(await Outbox.LeaseAsync(now, now.AddMinutes(2)));
        Assert.Equal(expected.Id, leased.Entry.Id);
        return leased;
    }

    static OutboxEntry NewEntry(string lane) =>
        new() { Id = Given.Id(), Channel = "test", Lane = lane, Payload = [], CreatedAt = Given.Now };
}
