using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class CredentialsTests
{
    const string Wrong = "a purple umbrella";
    const string Elsewhere = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW";

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("ADA@Example.COM")]
    public async Task The_right_password_is_accepted_for_the_address_in_any_case(string email)
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountAsync();

        var outcome = await service.CheckAsync(email);

        Assert.Equal(account.Id, Assert.IsType<CredentialOutcome.Accepted>(outcome).Account.Id);
    }

    [Fact]
    public async Task Every_check_costs_exactly_one_verification_of_the_configured_cost()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:AccountFree=100");
        var account = await service.AddAccountAsync();
        var disabled = await service.AddAccountAsync("eve@example.com");
        await service.Operations.DisableAsync(disabled);
        await service.AddAccountWithHashAsync(null, "nobody@example.com");

        await CostsOneAsync<CredentialOutcome.Accepted>(service, account.Email, TestAccounts.Password);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, account.Email, Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, "unknown@example.com", Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, "nobody@example.com", Wrong);
        await CostsOneAsync<CredentialOutcome.Wrong>(service, disabled.Email, Wrong);
        await CostsOneAsync<CredentialOutcome.Disabled>(service, disabled.Email, TestAccounts.Password);
    }

    [Theory]
    [InlineData("no address", TestAccounts.Password)]
    [InlineData(TestAccounts.Email, null)]
    public async Task What_can_be_no_address_or_password_is_neither_hashed_nor_counted(string email, string? password)
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=1");

        var outcome = await service.CheckAsync(email, password ?? new string('x', 257));

        Assert.IsType<CredentialOutcome.Malformed>(outcome);
        Assert.Empty(service.Hasher.Verified);
        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync());
    }

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
    public async Task A_good_login_forgets_the_failures_of_its_account_and_counts_for_no_network()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=6");
        await service.AddAccountAsync();

        for (var round = 1; round <= 3; round++)
        {
            await service.CheckAsync(password: Wrong, from: $"192.0.2.{round}");
            await service.CheckAsync(password: Wrong, from: $"192.0.2.{round}");
            for (var login = 1; login <= 6; login++)
                Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(from: $"192.0.2.{round}"));
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
    public async Task An_attempt_that_its_network_may_not_make_does_not_count_for_the_account()
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
    public async Task An_attempt_that_the_account_may_not_have_does_not_count_for_the_network()
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

    [Fact]
    public async Task Of_attempts_at_once_those_that_find_no_room_do_not_count()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Throttle:AccountFree=1000", "Accounts:Hashing:Concurrency=1", "Accounts:Hashing:QueueLimit=2");
        await service.AddAccountAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => service.CheckAsync(password: Wrong))));

        var wrong = outcomes.Count(outcome => outcome is CredentialOutcome.Wrong);
        Assert.InRange(wrong, 1, 49);
        Assert.Equal(wrong, service.CountFailures());
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

    [Fact]
    public async Task A_hash_from_elsewhere_is_replaced_at_the_first_good_login_and_no_session_ends()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);
        var session = await service.BeginSessionAsync(account);

        await service.CheckAsync(password: Wrong);
        Assert.Equal(Elsewhere, (await service.FindAsync(account.Id))!.PasswordHash);

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));
        var renewed = (await service.FindAsync(account.Id))!;
        Assert.StartsWith("$argon2id$v=19$m=7168,t=5,p=1$", renewed.PasswordHash, StringComparison.Ordinal);
        Assert.Equal(account.SecurityStamp, renewed.SecurityStamp);
        Assert.Null(await service.EndOfAsync(session));

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));
        Assert.Equal(1, service.Hasher.Hashed);
    }

    [Fact]
    public async Task A_renewal_that_comes_too_late_loses_to_the_change_it_did_not_see()
    {
        await using var service = await AccountService.StartAsync();
        var account = await service.AddAccountWithHashAsync(Elsewhere);
        service.Hasher.BeforeVerifying = () =>
        {
            account.PasswordHash = "changed meanwhile";
            service.Store.TryUpdateAsync(account, account.Restamp(), ending: null).GetAwaiter().GetResult();
        };

        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(password: "my password"));

        Assert.Equal("changed meanwhile", (await service.FindAsync(account.Id))!.PasswordHash);
    }

    static async Task CostsOneAsync<TOutcome>(AccountService service, string email, string password)
    {
        service.Hasher.Verified.Clear();
        var hashed = service.Hasher.Hashed;

        Assert.IsType<TOutcome>(await service.CheckAsync(email, password));

        var verified = Assert.Single(service.Hasher.Verified);
        Assert.StartsWith("$argon2id$v=19$m=7168,t=5,p=1$", verified, StringComparison.Ordinal);
        Assert.Equal(hashed, service.Hasher.Hashed);
    }
}
