using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class RegisterTests
{
    const string Valid = """{"email":"Ada@example.com","password":"a violet umbrella"}""";

    [Fact]
    public async Task A_registration_makes_an_account_that_can_log_in()
    {
        await using var service = await AccountService.StartAsync();

        using var answer = await service.PostAsync("/register", Valid);

        var account = await AccountService.ReadAsync(answer, HttpStatusCode.Created);
        Assert.Equal(["id", "email", "created_at"], account.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Ada@example.com", account.GetProperty("email").GetString());
        Assert.Equal(TestAccounts.Now, account.GetProperty("created_at").GetDateTimeOffset());
        Assert.NotNull(await service.FindAsync(account.GetProperty("id").GetGuid()));
        await service.LogInAsync();
    }

    [Fact]
    public async Task A_registration_that_waits_for_its_verification_is_answered_with_its_address_alone()
    {
        using var mails = new MailFolder();
        await using var service = await AccountService.StartAsync(
            [.. mails.Settings.Select(setting => $"{setting.Key}={setting.Value}"), "Accounts:Verification=required"]);

        using var answer = await service.PostAsync("/register", Valid);

        var accepted = await AccountService.ReadAsync(answer, HttpStatusCode.Accepted);
        Assert.Equal(["email"], accepted.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Ada@example.com", accepted.GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_closed_registration_refuses_everybody()
    {
        await using var service = await AccountService.StartAsync("Accounts:Registration=closed");

        foreach (var body in new[] { Valid, "nonsense" })
        {
            using var answer = await service.PostAsync("/register", body);
            await AccountService.RefusedAsync(answer, HttpStatusCode.Forbidden, "registration_closed");
        }
    }

    [Fact]
    public async Task The_operation_adds_no_account_while_registration_is_closed()
    {
        await using var service = await AccountService.StartAsync("Accounts:Registration=closed");
        var by = new Origin(new Actor(ActorKind.Person), IPAddress.Loopback);

        var added = await service.Get<RegistrationOperations>().AddAsync(Identifier.OfEmail("ada@example.com"), TestAccounts.Password, accepted: null, by, default);

        Assert.False(added.Has(out _, out var refusal));
        Assert.Equal(Problems.RegistrationClosed, refusal.Problem);
    }

    [Fact]
    public async Task An_address_is_taken_in_any_case()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync("ADA@EXAMPLE.COM");

        using var answer = await service.PostAsync("/register", Valid);

        await AccountService.RefusedAsync(answer, HttpStatusCode.Conflict, "account_exists");
    }

    [Fact]
    public async Task A_weak_password_is_refused_with_the_reason()
    {
        await using var service = await AccountService.StartAsync("Accounts:Password:MinLength=15");

        using var answer = await service.PostAsync(
            "/register", """{"email":"ada@example.com","password":"ten letter"}""");

        var problem = await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "password_too_weak");
        Assert.Equal(("A password must have at least 15 characters.", "too_short"), (problem.Detail, problem.Rule));
    }

    [Theory]
    [InlineData("""{"email":"ada","password":"a violet umbrella"}""", "This is not a valid e-mail address.")]
    [InlineData("""{"email":"","password":"a violet umbrella"}""", "This is not a valid e-mail address.")]
    [InlineData("""{"password":"a violet umbrella"}""", "Send either the member 'email' or the member 'username'.")]
    [InlineData("""{"email":"ada@example.com"}""", "The member 'password' is missing.")]
    [InlineData("""{"email":null,"password":"a violet umbrella"}""", "Send either the member 'email' or the member 'username'.")]
    [InlineData("""{"email":"ada@example.com","password":7}""", "The member 'password' must be a string.")]
    [InlineData("""{"email":"ada@example.com","password":"","password":""}""", "The member 'password' is given twice.")]
    [InlineData("""{"email":"ada@example.com","password":"x","roles":"Admin"}""", "The member 'roles' is not allowed here.")]
    [InlineData("""{"Email":"ada@example.com","password":"x"}""", "The member 'Email' is not allowed here.")]
    public async Task An_invalid_body_is_refused_with_the_fault(string body, string detail)
    {
        await using var service = await AccountService.StartAsync();

        using var answer = await service.PostAsync("/register", body);

        var problem = await AccountService.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal(detail, problem.Detail);
    }

    [Fact]
    public async Task Registrations_and_taken_addresses_slow_their_network_down_and_faults_do_not()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:RegistrationFree=2");
        for (var fault = 1; fault <= 5; fault++)
            using (await service.PostAsync("/register", """{"email":"ada@example.com","password":"password"}""")) { }
        using (await service.PostAsync("/register", Valid)) { }
        using (await service.PostAsync("/register", Valid)) { }

        using var refused = await service.PostAsync("/register", Valid);
        var problem = await AccountService.RefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(1), problem.RetryAfter);

        service.Clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await service.PostAsync("/register", Valid);
        await AccountService.RefusedAsync(later, HttpStatusCode.Conflict, "account_exists");
    }

    [Fact]
    public async Task A_full_hashing_queue_is_reported_at_once_and_nothing_is_written()
    {
        await using var service = await AccountService.StartAsync(
            "Accounts:Hashing:QueueLimit=1", "Accounts:Throttle:RegistrationFree=1");
        using (service.FillHashingQueue())
        {
            var log = service.DatabaseLogLength;
            using var busy = await service.PostAsync("/register", Valid);
            Assert.Equal(log, service.DatabaseLogLength);
            var problem = await AccountService.RefusedAsync(busy, HttpStatusCode.ServiceUnavailable, "server_busy");
            Assert.Equal(TimeSpan.FromSeconds(1), problem.RetryAfter);
        }

        await service.DrainHashingQueueAsync();
        using var answer = await service.PostAsync("/register", Valid);
        await AccountService.ReadAsync(answer, HttpStatusCode.Created);
    }
}
