using System.Globalization;
using System.Net;
using Handstamp.Server.Accounts;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Attempts that have to wait, and logins for which the queue has no place.</summary>
public sealed class CredentialsThrottleTests
{
    const string Wrong = "a purple umbrella";

    [Fact]
    public async Task Failures_make_the_next_attempt_wait_and_an_unknown_address_shows_no_difference()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();

        foreach (var email in new[] { TestAccounts.Email, "unknown@example.com" })
        {
            for (var attempt = 1; attempt <= 5; attempt++)
                Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(email, Wrong));
            Assert.Equal(
                new CredentialOutcome.Throttled(TimeSpan.FromSeconds(1)),
                await service.CheckAsync(email, TestAccounts.Password));

            service.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(email, Wrong));
            Assert.Equal(new CredentialOutcome.Throttled(TimeSpan.FromSeconds(2)), await service.CheckAsync(email));
        }
        Assert.Equal(12, service.Hasher.Verified.Count);
    }

    [Fact]
    public async Task Parallel_guesses_count_before_their_outcome_is_known()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 20).Select(_ => service.CheckAsync(password: Wrong)));

        Assert.Equal(5, outcomes.OfType<CredentialOutcome.Wrong>().Count());
        Assert.Equal(15, outcomes.OfType<CredentialOutcome.Throttled>().Count());
    }

    [Fact]
    public async Task A_good_login_does_not_count_as_a_failure()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=6");
        await service.AddAccountAsync();

        for (var login = 1; login <= 20; login++) Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    // Otherwise, the delays would show somebody who guesses at an address that its owner logs in there.
    [Fact]
    public async Task The_answers_to_a_stranger_do_not_reveal_that_the_owner_logs_in()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        List<CredentialOutcome> known = [], unknown = [];

        for (var round = 1; round <= 8; round++)
        {
            for (var attempt = 1; attempt <= 2; attempt++)
            {
                known.Add(await service.CheckAsync(TestAccounts.Email, Wrong));
                unknown.Add(await service.CheckAsync("unknown@example.com", Wrong));
            }
            Assert.IsType<CredentialOutcome.Accepted>(await LoginAsOwnerAsync(service));
        }

        Assert.Equal(known, unknown);
        Assert.Contains(known, outcome => outcome is CredentialOutcome.Throttled);
    }

    // As soon as no delay is running.
    static async Task<CredentialOutcome> LoginAsOwnerAsync(AccountService service)
    {
        for (var attempt = 1; attempt <= 100; attempt++)
        {
            var outcome = await service.CheckAsync(from: "198.51.100.1");
            if (outcome is not CredentialOutcome.Throttled { Wait: var wait }) return outcome;
            service.Clock.Advance(wait);
        }
        throw new TimeoutException("The delays of the throttle do not end.");
    }

    [Fact]
    public async Task Good_logins_of_one_account_are_rate_limited_from_any_network()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountLogins=5");
        await service.AddAccountAsync();
        await service.AddAccountAsync("eve@example.com");

        for (var login = 1; login <= 5; login++)
            Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(from: $"192.0.2.{login}"));

        var verified = service.Hasher.Verified.Count;
        Assert.Equal(new CredentialOutcome.Throttled(TimeSpan.FromMinutes(1)), await service.CheckAsync());
        Assert.Equal(verified, service.Hasher.Verified.Count);
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync("eve@example.com"));
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    [Fact]
    public async Task Good_logins_from_one_network_are_rate_limited_for_any_account()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkLogins=3");
        foreach (var name in (string[])["a", "b", "c", "d"]) await service.AddAccountAsync($"{name}@example.com");

        foreach (var name in (string[])["a", "b", "c"])
            Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync($"{name}@example.com"));

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync("d@example.com"));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync("d@example.com", from: "192.0.2.2"));
    }

    [Fact]
    public async Task A_failure_does_not_reduce_the_rate_of_good_logins()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:AccountLogins=1", "Accounts:Throttle:NetworkLogins=1");
        await service.AddAccountAsync();

        for (var attempt = 1; attempt <= 3; attempt++)
            Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong));

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    // The defaults. All people in an office log in from one address.
    [Fact]
    [Trait("Kind", "Proof")]
    public async Task An_office_and_a_test_suite_are_not_slowed_down()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        foreach (var number in Enumerable.Range(1, 40)) await service.AddAccountAsync($"{number}@example.com");

        for (var login = 0; login < 300; login++) Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
        for (var minute = 0; minute < 4; minute++)
        {
            foreach (var number in Enumerable.Range(1, 40))
            {
                Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync($"{number}@example.com", Wrong, $"10.0.0.{number}"));
                for (var login = 0; login < 4; login++)
                    Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync($"{number}@example.com"));
            }
            service.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Failures_from_one_network_slow_it_down_whatever_addresses_it_tries()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=3");
        await service.AddAccountAsync();

        foreach (var last in new[] { 1, 2, 3 })
        {
            var outcome = await service.CheckAsync($"{last}@example.com", from: $"2001:db8::{last}");
            Assert.IsType<CredentialOutcome.Wrong>(outcome);
        }

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync(from: "2001:db8::4"));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(from: "2001:db8:0:1::4"));
    }

    [Fact]
    public async Task An_attempt_that_is_refused_for_its_network_does_not_count_for_the_account()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:NetworkFree=1", "Accounts:Throttle:AccountFree=2");
        await service.AddAccountAsync();
        await service.CheckAsync("unknown@example.com");

        for (var attempt = 1; attempt <= 5; attempt++)
            Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync(password: Wrong));

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong, from: "192.0.2.2"));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(from: "192.0.2.3"));
    }

    [Fact]
    public async Task An_attempt_that_is_refused_for_its_account_does_not_count_for_the_network()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:NetworkFree=3", "Accounts:Throttle:AccountFree=1");
        await service.AddAccountAsync();
        await service.CheckAsync("unknown@example.com", from: "192.0.2.9");

        for (var attempt = 1; attempt <= 5; attempt++)
            Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync("unknown@example.com"));

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }

    [Fact]
    public async Task When_the_queue_is_full_nothing_is_written()
    {
        await using var service = await AccountService.StartAsync("Accounts:Hashing:QueueLimit=1");
        await service.AddAccountAsync();

        using (service.FillHashingQueue())
        {
            var log = service.DatabaseLogLength;
            Assert.IsType<CredentialOutcome.Busy>(await service.CheckAsync());
            Assert.Equal(log, service.DatabaseLogLength);
        }
    }

    // Otherwise, a stranger could fill the table without a hash, with a new address each time from one network that has
    // to wait.
    [Theory]
    [InlineData("Accounts:Throttle:NetworkFree=1", "{0}@example.com", "192.0.2.1")]
    [InlineData("Accounts:Throttle:AccountFree=1", "ada@example.com", "192.0.2.{0}")]
    public async Task A_refused_attempt_leaves_nothing_behind(string setting, string emails, string addresses)
    {
        await using var service = await AccountService.StartAsync(setting);
        Assert.IsType<CredentialOutcome.Wrong>(await AttemptAsync(0));
        var counters = service.Counters();

        for (var attempt = 1; attempt <= 20; attempt++) Assert.IsType<CredentialOutcome.Throttled>(await AttemptAsync(attempt));

        Assert.Equal(counters, service.Counters());

        Task<CredentialOutcome> AttemptAsync(int number) => service.CheckAsync(
            string.Format(CultureInfo.InvariantCulture, emails, number), Wrong, string.Format(CultureInfo.InvariantCulture, addresses, number + 1));
    }

    [Fact]
    public async Task A_caller_who_leaves_before_the_hash_leaves_nothing_behind()
    {
        await using var service = await AccountService.StartAsync("Accounts:Hashing:Concurrency=1");
        using var request = new CancellationTokenSource();
        using var gate = new Gate();
        var running = service.Get<HashingQueue>().TryEnter(IPAddress.None)!.RunAsync(() => { gate.Wait(); return ""; }, default);
        var attempt = service.Get<Credentials>().CheckAsync(Identifier.OfEmail(TestAccounts.Email), Wrong, IPAddress.Loopback, [], request.Token);

        await request.CancelAsync();
        gate.Dispose();

        Assert.IsType<CredentialOutcome.Busy>(await attempt);
        Assert.Empty(service.Counters());
    }

    [Fact]
    public async Task Simultaneous_attempts_for_which_there_is_no_room_do_not_count()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:AccountFree=1000", "Accounts:Hashing:Concurrency=1", "Accounts:Hashing:QueueLimit=2");
        await service.AddAccountAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => service.CheckAsync(password: Wrong))));

        var wrong = outcomes.Count(outcome => outcome is CredentialOutcome.Wrong);
        Assert.InRange(wrong, 1, 49);
        var rules = service.Get<IOptions<AccountOptions>>().Value.Throttle;
        Assert.Equal([wrong * rules.Account.Fading, wrong * rules.Network.Fading], service.Counters());
    }

    [Fact]
    public async Task When_the_queue_is_full_the_attempt_is_refused_and_does_not_count()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:AccountFree=1", "Accounts:Throttle:NetworkFree=1", "Accounts:Hashing:QueueLimit=1");
        await service.AddAccountAsync();

        using (service.FillHashingQueue())
        {
            for (var attempt = 1; attempt <= 5; attempt++)
                Assert.Equal(new CredentialOutcome.Busy(TimeSpan.FromSeconds(1)), await service.CheckAsync());
        }

        await service.DrainHashingQueueAsync();
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
    }
}
