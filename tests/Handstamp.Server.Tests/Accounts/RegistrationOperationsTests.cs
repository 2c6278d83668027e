using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Emails;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What a registration answers, records and costs.</summary>
public sealed class RegistrationOperationsTests
{
    static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Parse("192.0.2.1"));
    static readonly Identifier Address = Identifier.OfEmail("ada@example.com");
    static readonly Identifier Name = Identifier.OfUsername("lovelace");

    [Theory]
    [InlineData("email", true, false)]
    [InlineData("username", false, true)]
    [InlineData("both", true, true)]
    public async Task The_setting_says_which_names_are_taken(string mode, bool emails, bool usernames)
    {
        await using var service = await AccountService.StartAsync($"Accounts:Identifiers={mode}");
        var registration = service.Get<RegistrationOperations>();

        Assert.Equal((emails, usernames), (registration.Takes(IdentifierKind.Email), registration.Takes(IdentifierKind.Username)));
        Assert.Equal(
            emails ? null : new Refusal(Problems.InvalidRequest, "Accounts have a username here, and no e-mail address.") { Field = "username" },
            await RefusalAsync(service, Address));
        Assert.Equal(
            usernames ? null : new Refusal(Problems.InvalidRequest, "Accounts have an e-mail address here, and no username.") { Field = "email" },
            await RefusalAsync(service, Name));
    }

    [Theory]
    [InlineData("open", true)]
    [InlineData("invited", false)]
    [InlineData("closed", false)]
    public async Task Only_an_open_registration_takes_everybody(string mode, bool isOpen)
    {
        await using var service = await AccountService.StartAsync($"Accounts:Registration={mode}");

        Assert.Equal(isOpen, service.Get<RegistrationOperations>().IsOpen);
        Assert.Equal(isOpen ? null : new Refusal(Problems.RegistrationClosed), await RefusalAsync(service, Address));
    }

    [Theory]
    [InlineData("off", false)]
    [InlineData("on", false)]
    [InlineData("required", true)]
    public async Task An_account_waits_for_its_verification_only_if_that_is_required(string mode, bool waits)
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", mode));
        var registration = email.App.Get<RegistrationOperations>();

        Assert.Equal(waits, registration.IsVerificationRequired);
        Assert.True((await registration.AddAsync(Address, HandstampApp.Password, null, By, default)).Has(out var registered, out _));
        Assert.Equal(waits, registered.Account is null);
        Assert.Equal(waits, await email.AccountAsync() is null);
    }

    [Fact]
    public async Task A_registered_account_is_recorded_with_the_person()
    {
        await using var service = await AccountService.StartAsync();

        Assert.True((await AddAsync(service, Address)).Has(out var registered, out _));

        var added = Assert.Single(await EventsAsync(service, EventKind.AccountAdded));
        Assert.Equal(
            (registered.Account!.Id, ActorKind.Person, By.Address, null, null),
            (added.AccountId, added.By.Actor.Kind, added.By.Address, added.Detail, added.Outcome));
        Assert.Empty(registered.Account.Claims.Roles);
        Assert.False(registered.Account.IsEmailVerified);
    }

    [Fact]
    public async Task A_taken_name_and_a_wait_are_recorded_and_a_fault_is_not()
    {
        await using var service = await AccountService.StartAsync("Accounts:Identifiers=both", "Accounts:Throttle:RegistrationFree=4");
        Assert.Null(await RefusalAsync(service, Address));
        Assert.Null(await RefusalAsync(service, Name));

        Assert.Equal(new Refusal(Problems.AccountExists), await RefusalAsync(service, Address));
        Assert.Equal(new Refusal(Problems.UsernameTaken), await RefusalAsync(service, Name));
        Assert.Equal(new Refusal(Problems.TooManyRequests, RetryAfter: TimeSpan.FromSeconds(1)), await RefusalAsync(service, Address));
        Assert.Equal(
            new Refusal(Problems.InvalidRequest, "This is not a valid e-mail address.") { Field = "email" },
            await RefusalAsync(service, Identifier.OfEmail("ada")));
        Assert.Equal(new Refusal(Problems.InvalidRequest, Username.Rule) { Field = "username" }, await RefusalAsync(service, Identifier.OfUsername("a b")));

        Assert.Equal(
            [
                (EventKind.RegistrationRefused, "account_exists"), (EventKind.RegistrationRefused, "username_taken"),
                (EventKind.RegistrationThrottled, "too_many_requests"),
            ],
            await RefusedAsync(service));
    }

    [Fact]
    public async Task A_full_queue_is_recorded_as_throttled()
    {
        await using var service = await AccountService.StartAsync("Accounts:Hashing:QueueLimit=1");

        using (service.FillHashingQueue())
            Assert.Equal(new Refusal(Problems.ServerBusy, RetryAfter: TimeSpan.FromSeconds(1)), await RefusalAsync(service, Address));

        Assert.Equal([(EventKind.RegistrationThrottled, "server_busy")], await RefusedAsync(service));
        Assert.Empty(service.Counters());
    }

    [Fact]
    public async Task A_registration_that_was_not_hashed_does_not_count()
    {
        await using var service = await AccountService.StartAsync();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        var added = await service.Get<RegistrationOperations>().AddAsync(Address, TestAccounts.Password, null, By, gone.Token);

        Assert.False(added.Has(out _, out var refusal));
        Assert.Equal(Problems.ServerBusy, refusal.Problem);
        Assert.Empty(service.Counters());
        Assert.Null(await service.Operations.FindAsync(TestAccounts.Email, default));
    }

    [Fact]
    public async Task The_domain_of_an_address_is_checked_and_then_the_terms()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:RefusedMailDomains:0=example.com", "Accounts:Terms:Version=1", "Accounts:Terms:Url=https://example.org/terms");

        Assert.Equal(new Refusal(Problems.EmailDomainNotAllowed), await RefusalAsync(service, Address));
        Assert.Equal(Problems.TermsNotAccepted, (await RefusalAsync(service, Identifier.OfEmail("ada@example.org")))!.Problem);
        Assert.Empty(service.Counters());
    }

    [Fact]
    public async Task A_username_that_reads_like_a_refused_domain_is_no_address_there()
    {
        await using var service = await AccountService.StartAsync("Accounts:Identifiers=both", "Accounts:RefusedMailDomains:0=example.com");

        Assert.Null(await RefusalAsync(service, Identifier.OfUsername("example.com")));
    }

    [Theory]
    [InlineData("on", "too_many_requests")]
    [InlineData("off", "account_exists")]
    public async Task A_registration_counts_as_a_mail_to_its_address_if_it_sends_one(string mode, string second)
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", mode), ("Accounts:Throttle:AddressMails", "1"));
        var registration = email.App.Get<RegistrationOperations>();
        Assert.True((await registration.AddAsync(Address, HandstampApp.Password, null, By, default)).Has(out _, out _));

        Assert.False((await registration.AddAsync(Address, HandstampApp.Password, null, By, default)).Has(out _, out var refusal));

        Assert.Equal(second, refusal.Problem.Code);
        if (mode == "on") await email.MailAsync();
        await email.IsSentAsync();
        Assert.Equal(mode == "on" ? 1 : 0, email.Mails.Count);
    }

    static Task<OrRefusal<Registered>> AddAsync(AccountService service, Identifier name) =>
        service.Get<RegistrationOperations>().AddAsync(name, TestAccounts.Password, accepted: null, By, default);

    static async Task<Refusal?> RefusalAsync(AccountService service, Identifier name)
    {
        (await AddAsync(service, name)).Has(out _, out var refusal);
        return refusal;
    }

    static async Task<IReadOnlyList<Event>> EventsAsync(AccountService service, params EventKind[] kinds) =>
        (await service.Get<IEventStore>().ReadOnAsync(EventFilter.All with { Kinds = kinds }, Guid.Empty, 10_000, default)).Events;

    static async Task<IEnumerable<(EventKind Kind, string? Outcome)>> RefusedAsync(AccountService service)
    {
        await service.Get<RefusalTally>().WriteAsync();
        return (await EventsAsync(service, EventKind.RegistrationRefused, EventKind.RegistrationThrottled))
            .Select(one => (one.Kind, one.Outcome)).OrderBy(one => one.Kind).ThenBy(one => one.Outcome, StringComparer.Ordinal);
    }
}
