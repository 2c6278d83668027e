using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class VerificationTests
{
    const string Email = HandstampApp.Email;
    const string Other = "another quite unusual sentence";

    static readonly object Registration = new { email = Email, password = HandstampApp.Password };

    [Fact]
    public async Task Without_the_setting_nobody_is_asked_but_everybody_can_ask_for_a_mail()
    {
        await using var email = await EmailApp.StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        await email.IsSentAsync();
        Assert.Empty(email.Mails);
        Assert.False(await MeAsync(email, tokens));

        await email.DoneAsync("/email/resend", new { email = Email });
        await email.DoneAsync("/email/verify", new { token = (await email.MailAsync()).Token() });

        Assert.True(await MeAsync(email, tokens));
        await email.DoneAsync("/email/resend", new { email = Email });
        await email.IsSentAsync();
        Assert.Single(email.Mails);
    }

    [Fact]
    public async Task With_on_a_mail_asks_for_it_and_the_login_works_before()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "on"));
        var tokens = await email.App.RegisterAndLoginAsync();

        await email.DoneAsync("/email/verify", new { email = "ADA@example.com", code = (await email.MailAsync()).Code() });

        Assert.True(await MeAsync(email, tokens));
        using var refreshed = await email.App.RefreshAsync(tokens.RefreshToken!);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        await email.App.LoginAsync();
    }

    [Theory]
    [InlineData("token")]
    [InlineData("code")]
    public async Task With_required_there_is_an_account_only_after_it(string by)
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.DoneAsync("/register", Registration, status: HttpStatusCode.Accepted);
        var mail = await email.MailAsync();
        Assert.Null(await email.AccountAsync());
        var problem = await email.RefusedAsync("/login", Registration, HttpStatusCode.Forbidden, "email_not_verified");
        Assert.False(problem.Definitive);
        await email.RefusedAsync("/login", new { email = Email, password = Other }, HttpStatusCode.Unauthorized, "invalid_credentials");

        await email.DoneAsync("/email/verify", by == "token" ? new { token = mail.Token() } : (object)new { email = Email, code = mail.Code() });

        Assert.True(await MeAsync(email, await email.App.LoginAsync()));
        await email.RefusedAsync("/email/verify", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/email/verify", new { email = Email, code = mail.Code() }, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task With_required_a_known_and_an_unknown_address_get_the_same_answers_everywhere()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.App.Get<AccountOperations>().AddAsync(Email, HandstampApp.Password, [], isVerified: true, Origin.Operator, default);
        string[] addresses = [Email, "nobody@example.com"];

        foreach (var (route, password) in new[]
        {
            ("/register", Other), ("/login", Other), ("/login", "a wrong sentence"), ("/register", "a third unusual sentence"), ("/login", Other),
            ("/login", "a third unusual sentence"),
        })
        {
            var answers = new List<(HttpStatusCode, string)>();
            foreach (var address in addresses)
            {
                using var answer = await email.App.PostAsync(route, new { email = address, password });
                answers.Add((answer.StatusCode, (await answer.Content.ReadAsStringAsync()).Replace(address, "", StringComparison.Ordinal)));
            }
            Assert.Equal(answers[0], answers[1]);
        }
        foreach (var address in addresses) await email.DoneAsync("/email/resend", new { email = address });

        // Only the mail tells.
        Assert.Equal("You already have an account at Handstamp", (await email.MailAsync(2)).Subject);
        Assert.Equal("Confirm your e-mail address for Handstamp", (await email.MailAsync(2, "nobody@example.com")).Subject);
        await email.App.LoginAsync();
    }

    [Fact]
    public async Task The_owner_of_a_known_address_chooses_a_new_password_with_the_mail()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.App.Get<AccountOperations>().AddAsync(Email, HandstampApp.Password, [], isVerified: true, Origin.Operator, default);
        await email.DoneAsync("/register", new { email = Email, password = Other }, status: HttpStatusCode.Accepted);

        await email.DoneAsync("/password/reset", new { token = (await email.MailAsync()).Token(), new_password = "a fourth unusual sentence" });

        await email.App.LoginAsync(password: "a fourth unusual sentence");
    }

    [Fact]
    public async Task A_mail_belongs_to_one_registration_and_who_registers_again_needs_its_own()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.DoneAsync("/register", Registration, status: HttpStatusCode.Accepted);
        var first = await email.MailAsync();
        await email.DoneAsync("/register", new { email = Email, password = Other }, status: HttpStatusCode.Accepted);
        var second = await email.MailAsync(2);

        await email.RefusedAsync("/email/verify", new { token = first.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.DoneAsync("/email/verify", new { token = second.Token() });

        await email.App.LoginAsync(password: Other);
        await email.RefusedAsync("/login", Registration, HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task A_registration_waits_for_a_day_and_its_mail_works_for_an_hour()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.DoneAsync("/register", Registration, status: HttpStatusCode.Accepted);
        var mail = await email.MailAsync();
        email.App.Jump(TimeSpan.FromHours(1));
        await email.RefusedAsync("/email/verify", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/email/verify", new { email = Email, code = mail.Code() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.DoneAsync("/email/resend", new { email = Email });
        var again = await email.MailAsync(2);

        email.App.Jump(TimeSpan.FromHours(23));

        await email.RefusedAsync("/email/verify", new { token = again.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/login", Registration, HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task An_account_that_was_added_without_it_is_asked_too_and_one_of_an_operator_s_word_is_not()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "required"));
        await email.App.Get<AccountOperations>().AddAsync(Email, HandstampApp.Password, [], isVerified: false, Origin.Operator, default);
        await email.App.Get<AccountOperations>().AddAsync("bob@example.com", HandstampApp.Password, [], isVerified: true, Origin.Operator, default);

        await email.App.LoginAsync("bob@example.com");
        await email.RefusedAsync("/login", Registration, HttpStatusCode.Forbidden, "email_not_verified");
        await email.DoneAsync("/email/resend", new { email = Email });
        await email.DoneAsync("/email/verify", new { token = (await email.MailAsync()).Token() });
        await email.App.LoginAsync();
    }

    [Fact]
    public async Task To_try_a_link_or_to_open_it_spends_nothing_and_a_wrong_code_says_nothing()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "on"));
        await email.App.RegisterAsync();
        var mail = await email.MailAsync();
        using var opened = await email.App.SendAsync(HttpMethod.Get, $"/account/verify?token={mail.Token()}");
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.False((await email.AccountAsync())!.IsEmailVerified);

        foreach (var address in new[] { Email, "nobody@example.com" })
            await email.RefusedAsync("/email/verify", new { email = address, code = Wrong(mail.Code()) }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.DoneAsync("/email/verify", new { token = mail.Token() });
    }

    [Fact]
    public async Task A_token_is_good_for_its_purpose_alone()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "on"), ("Accounts:LoginByMail", "true"));
        await email.App.RegisterAsync();
        var mail = await email.MailAsync();

        await email.RefusedAsync("/login/link", new { token = mail.Token() }, HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.RefusedAsync("/login/code", new { email = Email, code = mail.Code() }, HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.RefusedAsync("/password/reset", new { token = mail.Token(), new_password = Other }, HttpStatusCode.BadRequest, "reset_token_invalid");
        await email.RefusedAsync("/email/change/confirm", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.DoneAsync("/email/verify", new { token = mail.Token() });
    }

    [Theory]
    [InlineData("""{"token":"hss_x","code":"123456"}""")]
    [InlineData("""{"email":"ada@example.com"}""")]
    [InlineData("""{"code":"123456"}""")]
    [InlineData("{}")]
    public async Task A_link_or_a_code_is_shown_and_not_both(string body)
    {
        await using var email = await EmailApp.StartAsync();
        var problem = await email.RefusedAsync("/email/verify", JsonSerializer.Deserialize<JsonElement>(body), HttpStatusCode.BadRequest, "invalid_request");
        Assert.Equal("Send either the member 'token', or the members 'email' and 'code'.", problem.Detail);
    }

    [Fact]
    public async Task Without_mail_nobody_can_register_where_it_is_required()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Verification"] = "required" });
        using var answer = await app.PostAsync("/register", Registration);
        await AccountService.RefusedAsync(answer, HttpStatusCode.Forbidden, "mail_not_configured");
    }

    [Fact]
    public async Task The_change_and_the_refusals_are_in_the_trail()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Verification", "on"));
        await email.App.RegisterAsync();
        await email.DoneAsync("/email/verify", new { token = (await email.MailAsync()).Token() });
        await email.RefusedAsync("/email/verify", new { token = "hss_nothing" }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.App.Get<RefusalTally>().WriteAsync();

        var trail = (await email.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;

        Assert.Contains(trail, done => done is { Kind: EventKind.AccountEmailVerified, Outcome: null, AccountId: not null });
        Assert.Contains(trail, done => done is { Kind: EventKind.RegistrationRefused, Outcome: "email_token_invalid" });
    }

    /// <summary>Another code of six digits.</summary>
    internal static string Wrong(string code) => code[..5] + (char)('0' + ((code[5] - '0' + 1) % 10));

    static async Task<bool> MeAsync(EmailApp email, TokenSet tokens)
    {
        using var answer = await email.App.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        return (await AccountService.ReadAsync(answer, HttpStatusCode.OK)).GetProperty("email_verified").GetBoolean();
    }
}
