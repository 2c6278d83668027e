using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class EmailChangeTests
{
    const string Old = HandstampApp.Email;
    const string New = "Ada.New@example.com";
    const string Password = "another quite unusual sentence";

    [Theory]
    [InlineData("token")]
    [InlineData("code")]
    public async Task The_address_changes_when_the_new_one_has_shown_its_mail(string by)
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/email/change", new { new_email = New }, tokens.AccessToken);
        var mail = await email.MailAsync(to: New);
        Assert.Equal(Old, (await MeAsync(email, tokens)).GetProperty("email").GetString());

        await email.DoneAsync("/email/change/confirm", by == "token" ? new { token = mail.Token() } : (object)new { email = New, code = mail.Code() });

        var me = await MeAsync(email, tokens);
        Assert.Equal((New, true), (me.GetProperty("email").GetString(), me.GetProperty("email_verified").GetBoolean()));
        await email.App.LoginAsync("ada.new@example.com");
        await email.RefusedAsync("/login", new { email = Old, password = HandstampApp.Password }, HttpStatusCode.Unauthorized, "invalid_credentials");
        Assert.Equal("The e-mail address of your account at Handstamp was changed", (await email.MailAsync(to: Old)).Subject);
        await email.RefusedAsync("/email/change/confirm", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/email/change/confirm", new { email = New, code = mail.Code() }, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task Nobody_learns_whether_another_account_has_the_address_but_its_owner()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.App.RegisterAsync("bob@example.com");

        foreach (var address in new[] { "bob@example.com", "nobody@example.com" })
            await email.DoneAsync("/email/change", new { new_email = address }, tokens.AccessToken);
        foreach (var address in new[] { "bob@example.com", "nobody@example.com" })
            await email.RefusedAsync("/email/change/confirm", new { email = address, code = "000000" }, HttpStatusCode.BadRequest, "email_token_invalid");

        Assert.Equal("You already have an account at Handstamp", (await email.MailAsync(to: "bob@example.com")).Subject);
        Assert.Equal("Confirm your new e-mail address for Handstamp", (await email.MailAsync(to: "nobody@example.com")).Subject);
    }

    [Fact]
    public async Task To_compare_a_code_costs_the_same_where_the_address_is_taken()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.App.RegisterAsync("bob@example.com");

        foreach (var address in new[] { "bob@example.com", "nobody@example.com" })
        {
            await email.DoneAsync("/email/change", new { new_email = address }, tokens.AccessToken);
            await email.MailAsync(to: address);
            var now = email.App.Clock.GetUtcNow();
            var name = MailSecrets.Change.Code.Name;
            var row = SecretCode.KeyFor(name, EmailAddress.Canonical(address), "000000", email.App.Get<KeyRingService>().Ring.MacKey(now)).Id;
            Assert.NotNull(await email.App.Get<ISecretStore>().FindAsync(name, row, now, default));
        }
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_former_address_takes_a_change_back_unless_only_another_one_was_proved(bool isOtherProved, bool isTold)
    {
        await using var email = await EmailApp.StartAsync();
        var now = email.App.Clock.GetUtcNow();
        var other = Identifier.OfEmail("own@example.com") with { VerifiedAt = isOtherProved ? now : null };
        var account = TestAccounts.Account() with { Identifiers = [Identifier.OfEmail(Old), other] };
        await email.App.Get<IAccountStore>().TryCreateAsync(account, Origin.Operator.Does(EventKind.AccountAdded, now));
        var changes = email.App.Get<EmailChangeOperations>();
        var by = new Origin(new Actor(ActorKind.Person), IPAddress.Loopback);
        Assert.Null(await changes.RequestAsync(account.Id, New, by, default));

        Assert.Null(await changes.ConfirmAsync((await email.MailAsync(to: New)).Token(), by, default));

        await email.IsSentAsync();
        Assert.Equal(isTold, email.Mails.Any(mail => mail.To.ToString() == Old));
    }

    [Fact]
    public async Task The_code_that_another_account_has_requested_changes_nothing_for_the_person_who_types_it()
    {
        await using var email = await EmailApp.StartAsync();
        var thief = await email.App.RegisterAndLoginAsync();
        await email.App.RegisterAsync("bob@example.com");
        var bob = (await email.AccountAsync("bob@example.com"))!;
        await email.DoneAsync("/email/change", new { new_email = New }, thief.AccessToken);
        var code = (await email.MailAsync(to: New)).Code();

        var by = new Origin(new Actor(ActorKind.Person), IPAddress.Loopback);

        var refusal = await email.App.Get<EmailChangeOperations>().ConfirmAsync(New, code, bob.Id, by, default);

        Assert.Equal("email_token_invalid", refusal?.Problem.Code);
        Assert.NotNull(await email.AccountAsync());
    }

    [Fact]
    public async Task An_address_that_was_taken_meanwhile_is_refused_to_who_reads_its_mail()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/email/change", new { new_email = New }, tokens.AccessToken);
        var mail = await email.MailAsync(to: New);
        await email.App.RegisterAsync(New);

        await email.RefusedAsync("/email/change/confirm", new { token = mail.Token() }, HttpStatusCode.Conflict, "account_exists");
    }

    [Fact]
    public async Task The_former_address_takes_the_change_back_and_nobody_but_its_reader_gets_in()
    {
        await using var email = await EmailApp.StartAsync();
        var thief = await email.App.RegisterAndLoginAsync();
        await ChangeAsync(email, thief, New);
        // He registers with the address that is free now.
        await email.App.RegisterAsync(Old, Password);
        await email.DoneAsync("/password/forgot", new { email = New });
        var reset = await email.MailAsync(2, New);

        var undo = (await email.MailAsync(to: Old)).Token();
        await email.DoneAsync("/email/change/undo", new { token = undo });

        using var refresh = await email.App.RefreshAsync(thief.RefreshToken!);
        await AccountService.RefusedAsync(refresh, HttpStatusCode.Unauthorized, "session_revoked");
        foreach (var (address, password) in new[] { (Old, HandstampApp.Password), (New, HandstampApp.Password), (Old, Password) })
            await email.RefusedAsync("/login", new { email = address, password }, HttpStatusCode.Unauthorized, "invalid_credentials");
        await email.RefusedAsync("/password/reset", new { token = reset.Token(), new_password = Password }, HttpStatusCode.BadRequest, "reset_token_invalid");
        await email.RefusedAsync("/email/change/undo", new { token = undo }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.DoneAsync("/password/forgot", new { email = Old });
        await email.DoneAsync("/password/reset", new { token = (await email.MailAsync(2)).Token(), new_password = Password });
        var owner = await email.App.LoginAsync(password: Password);
        Assert.Equal(Old, (await MeAsync(email, owner)).GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_thief_who_changes_the_address_twice_and_undoes_one_change_does_not_keep_the_account()
    {
        await using var email = await EmailApp.StartAsync();
        var thief = await email.App.RegisterAndLoginAsync();
        await ChangeAsync(email, thief, "first.thief@example.com");
        email.App.Jump(TimeSpan.FromMinutes(1));
        thief = await email.App.RefreshedAsync(thief.RefreshToken!);
        await ChangeAsync(email, thief, "second.thief@example.com");
        await email.DoneAsync("/email/change/undo", new { token = (await email.MailAsync(2, "first.thief@example.com")).Token() });

        await email.DoneAsync("/email/change/undo", new { token = (await email.MailAsync(to: Old)).Token() });

        Assert.NotNull(await email.AccountAsync());
        Assert.Null(await email.AccountAsync("first.thief@example.com"));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_change_can_be_taken_back_for_72_hours(int milliseconds, bool isUndone)
    {
        await using var email = await EmailApp.StartAsync();
        await ChangeAsync(email, await email.App.RegisterAndLoginAsync(), New);
        var undo = new { token = (await email.MailAsync(to: Old)).Token() };

        email.App.Jump(TimeSpan.FromHours(72) + TimeSpan.FromMilliseconds(milliseconds));

        if (isUndone) await email.DoneAsync("/email/change/undo", undo);
        else await email.RefusedAsync("/email/change/undo", undo, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task A_change_that_waits_ends_with_a_new_password()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/email/change", new { new_email = New }, tokens.AccessToken);
        var mail = await email.MailAsync(to: New);
        await email.App.Get<AccountOperations>().SetPasswordAsync((await email.AccountAsync())!, Password, IPAddress.Loopback, Origin.Operator, default);

        await email.RefusedAsync("/email/change/confirm", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/email/change/confirm", new { email = New, code = mail.Code() }, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task A_change_needs_a_recent_login_and_another_address()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.RefusedAsync("/email/change", new { new_email = Old }, HttpStatusCode.BadRequest, "invalid_request", tokens.AccessToken);
        await email.RefusedAsync("/email/change", new { new_email = "ada" }, HttpStatusCode.BadRequest, "invalid_request", tokens.AccessToken);
        email.App.Jump(TimeSpan.FromMinutes(11));
        tokens = await email.App.RefreshedAsync(tokens.RefreshToken!);

        await email.RefusedAsync("/email/change", new { new_email = New }, HttpStatusCode.Unauthorized, "insufficient_user_authentication", tokens.AccessToken);
    }

    [Fact]
    public async Task Each_change_is_told_and_so_their_number_is_limited()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        for (var change = 0; change < 10; change++) await email.DoneAsync("/email/change", new { new_email = $"{change}@example.com" }, tokens.AccessToken);

        await email.RefusedAsync("/email/change", new { new_email = New }, HttpStatusCode.TooManyRequests, "too_many_requests", tokens.AccessToken);
    }

    [Fact]
    public async Task The_spelling_of_an_address_can_change()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/email/change", new { new_email = "Ada@Example.com" }, tokens.AccessToken);
        await email.DoneAsync("/email/change/confirm", new { token = (await email.MailAsync(to: "Ada@Example.com")).Token() });

        Assert.Equal("Ada@Example.com", (await MeAsync(email, tokens)).GetProperty("email").GetString());
    }

    [Fact]
    public async Task Changes_are_in_the_trail()
    {
        await using var email = await EmailApp.StartAsync();
        await ChangeAsync(email, await email.App.RegisterAndLoginAsync(), New);
        await email.DoneAsync("/email/change/undo", new { token = (await email.MailAsync(to: Old)).Token() });

        var trail = (await email.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;
        Assert.Equal(
            [EventKind.AccountAdded, EventKind.SessionBegun, EventKind.AccountEmailChanged, EventKind.AccountEmailChangeUndone, EventKind.SessionEnded],
            trail.Select(done => done.Kind).Where(kind => kind != EventKind.KeyCreated));
    }

    static async Task ChangeAsync(EmailApp email, TokenSet tokens, string to)
    {
        await email.DoneAsync("/email/change", new { new_email = to }, tokens.AccessToken);
        await email.DoneAsync("/email/change/confirm", new { token = (await email.MailAsync(to: to)).Token() });
    }

    static async Task<JsonElement> MeAsync(EmailApp email, TokenSet tokens)
    {
        using var answer = await email.App.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        return await AccountService.ReadAsync(answer, HttpStatusCode.OK);
    }
}
