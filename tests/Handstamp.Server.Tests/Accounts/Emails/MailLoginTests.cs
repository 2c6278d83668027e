using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Secrets;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class MailLoginTests
{
    const string Email = HandstampApp.Email;

    [Theory]
    [InlineData("/login/code")]
    [InlineData("/login/link")]
    public async Task A_mail_logs_in_once_and_its_other_half_ends_with_it(string route)
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var mail = await RequestAsync(email);
        object Code() => new { email = Email, code = mail.Code(), device_name = "Phone" };
        object Link() => new { token = mail.Token(), device_name = "Phone" };

        var tokens = await email.TokensAsync(route, route == "/login/code" ? Code() : Link());

        using var sessions = await email.App.SendAsync(HttpMethod.Get, "/sessions", accessToken: tokens.AccessToken);
        Assert.Contains("\"device_name\":\"Phone\"", await sessions.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("otp", ClaimsOf(tokens).GetProperty("amr")[0].GetString());
        await email.RefusedAsync("/login/code", Code(), HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.RefusedAsync("/login/link", Link(), HttpStatusCode.Unauthorized, "login_code_invalid");
    }

    [Fact]
    public async Task An_unknown_address_gets_the_same_answers_and_no_mail()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var code = (await RequestAsync(email)).Code();
        await email.DoneAsync("/login/code/request", new { email = "nobody@example.com" });
        await email.IsSentAsync();
        Assert.Single(email.Mails);

        foreach (var address in new[] { Email, "nobody@example.com" })
            await email.RefusedAsync(
                "/login/code", new { email = address, code = VerificationTests.Wrong(code) }, HttpStatusCode.Unauthorized, "login_code_invalid");
    }

    [Fact]
    public async Task A_code_for_an_unknown_address_is_kept_like_any_other_and_known_to_nobody()
    {
        await using var email = await StartAsync();
        var secrets = email.App.Get<ISecretStore>();

        await email.DoneAsync("/login/code/request", new { email = "nobody@example.com" });
        await email.IsSentAsync();

        var row = SecretCode.KeyFor("login-code", "NOBODY@EXAMPLE.COM", "", email.App.Get<KeyRingService>().Ring.MacKey(email.App.Clock.GetUtcNow()));
        Assert.NotNull(await secrets.FindAsync("login-code", row.Id, email.App.Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task A_code_has_five_tries_and_the_link_still_works_after_them()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var mail = await RequestAsync(email);
        for (var attempt = 0; attempt < 5; attempt++)
            await email.RefusedAsync("/login/code", new { email = Email, code = VerificationTests.Wrong(mail.Code()) }, HttpStatusCode.Unauthorized, "login_code_invalid");

        await email.RefusedAsync("/login/code", new { email = Email, code = mail.Code() }, HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.TokensAsync("/login/link", new { token = mail.Token() });
    }

    [Fact]
    public async Task Ten_wrong_codes_of_an_address_in_a_week_are_all_whatever_they_are_for()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        for (var round = 1; round <= 2; round++)
        {
            var wrong = VerificationTests.Wrong((await RequestAsync(email, round)).Code());
            for (var attempt = 0; attempt < 4; attempt++)
                await email.RefusedAsync("/login/code", new { email = Email, code = wrong }, HttpStatusCode.Unauthorized, "login_code_invalid");
            await email.RefusedAsync("/email/verify", new { email = Email, code = wrong }, HttpStatusCode.BadRequest, "email_token_invalid");
        }

        var mail = await RequestAsync(email, 3);
        var problem = await email.RefusedAsync("/login/code", new { email = Email, code = mail.Code() }, HttpStatusCode.TooManyRequests, "too_many_requests");
        Assert.InRange(problem.RetryAfter!.Value, TimeSpan.FromHours(16), TimeSpan.FromHours(17));
        await email.RefusedAsync("/email/verify", new { email = Email, code = mail.Code() }, HttpStatusCode.TooManyRequests, "too_many_requests");
        // The owner still has the link.
        await email.TokensAsync("/login/link", new { token = mail.Token() });
    }

    [Fact]
    public async Task Right_codes_do_not_count()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        for (var login = 1; login <= 12; login++)
            await email.TokensAsync("/login/code", new { email = Email, code = (await RequestAsync(email, login)).Code() });
    }

    [Fact]
    public async Task A_new_code_takes_the_place_of_the_old_one()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var (old, fresh) = ((await RequestAsync(email)).Code(), (await RequestAsync(email, 2)).Code());
        if (old == fresh) return;

        await email.RefusedAsync("/login/code", new { email = Email, code = old }, HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.TokensAsync("/login/code", new { email = Email, code = fresh });
    }

    [Fact]
    public async Task Both_end_after_ten_minutes_and_with_a_new_password()
    {
        await using var email = await StartAsync();
        var tokens = await email.App.RegisterAndLoginAsync();
        var late = await RequestAsync(email);
        email.App.Jump(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await email.TokensAsync("/login/code", new { email = Email, code = late.Code() });
        var later = await RequestAsync(email, 2);
        email.App.Jump(TimeSpan.FromMinutes(10));
        await RefusedBothAsync(email, later);

        // The first proof has ended the session and the password.
        Assert.Null((await email.AccountAsync())!.PasswordHash);
        var overtaken = await RequestAsync(email, 3);
        await email.App.Get<AccountOperations>().SetPasswordAsync((await email.AccountAsync())!, "another quite unusual sentence", IPAddress.Loopback, Origin.Operator, default);
        await RefusedBothAsync(email, overtaken);
        Assert.NotNull(tokens);
    }

    [Fact]
    public async Task Who_first_proves_the_address_gets_an_account_that_nobody_else_can_use()
    {
        await using var email = await StartAsync();
        // Somebody registers with the address of another person, and stays logged in.
        var squatter = await email.App.RegisterAndLoginAsync();
        await email.DoneAsync("/password/forgot", new { email = Email });
        var reset = await email.MailAsync();

        var owner = await email.TokensAsync("/login/code", new { email = Email, code = (await RequestAsync(email, 2)).Code() });

        using var refresh = await email.App.RefreshAsync(squatter.RefreshToken!);
        await AccountService.RefusedAsync(refresh, HttpStatusCode.Unauthorized, "session_revoked");
        await email.RefusedAsync("/login", new { email = Email, password = HandstampApp.Password }, HttpStatusCode.Unauthorized, "invalid_credentials");
        await email.RefusedAsync("/password/reset", new { token = reset.Token(), new_password = "a third unusual sentence" }, HttpStatusCode.BadRequest, "reset_token_invalid");
        using var me = await email.App.SendAsync(HttpMethod.Get, "/me", accessToken: owner.AccessToken);
        Assert.True((await AccountService.ReadAsync(me, HttpStatusCode.OK)).GetProperty("email_verified").GetBoolean());
        // From now on, a login by mail changes nothing.
        await email.TokensAsync("/login/code", new { email = Email, code = (await RequestAsync(email, 3)).Code() });
        using var still = await email.App.RefreshAsync(owner.RefreshToken!);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task A_disabled_account_gets_no_mail_and_logs_nobody_in()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var mail = await RequestAsync(email);
        await email.App.Get<AccountOperations>().DisableAsync((await email.AccountAsync())!, Origin.Operator);

        await RefusedBothAsync(email, mail);
        await email.DoneAsync("/login/code/request", new { email = Email });
        await email.IsSentAsync();
        Assert.Single(email.Mails);
    }

    [Fact]
    public async Task A_login_by_mail_is_off_unless_it_is_turned_on()
    {
        await using var email = await EmailApp.StartAsync();
        foreach (var (route, body) in new (string, object)[]
        {
            ("/login/code/request", new { email = Email }), ("/login/code", new { email = Email, code = "123456" }), ("/login/link", new { token = "hss_nothing" }),
        })
            await email.RefusedAsync(route, body, HttpStatusCode.Forbidden, "login_by_mail_disabled");

        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:LoginByMail"] = "true" });
        using var answer = await app.PostAsync("/login/code/request", new { email = Email });
        await AccountService.RefusedAsync(answer, HttpStatusCode.Forbidden, "mail_not_configured");
    }

    [Fact]
    public async Task Strangers_can_request_only_so_many_mails()
    {
        await using var email = await StartAsync(("Accounts:Throttle:AddressMails", "2"));
        await email.DoneAsync("/login/code/request", new { email = Email });
        await email.DoneAsync("/email/resend", new { email = Email });
        foreach (var route in new[] { "/login/code/request", "/email/resend", "/password/forgot" })
            await email.RefusedAsync(route, new { email = Email }, HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    [Fact]
    public async Task A_cookie_is_set_and_a_page_of_another_site_cannot_do_it()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var body = new { token = (await RequestAsync(email)).Token(), transport = "cookie" };

        using var foreign = await email.App.SendAsync(HttpMethod.Post, "/login/link", body, change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        await AccountService.RefusedAsync(foreign, HttpStatusCode.Forbidden, "origin_not_allowed");
        using var own = await email.App.PostAsync("/login/link", body);
        Assert.True(own.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task No_code_and_no_token_is_written_anywhere()
    {
        await using var email = await StartAsync();
        await email.App.RegisterAsync();
        var mail = await RequestAsync(email);
        await email.RefusedAsync("/login/code", new { email = Email, code = mail.Code(), extra = 1 }, HttpStatusCode.BadRequest, "invalid_request");
        await email.TokensAsync("/login/code", new { email = Email, code = mail.Code() });

        Assert.DoesNotContain(email.App.Logs.Lines, line => line.Contains(mail.Code(), StringComparison.Ordinal) || line.Contains(mail.Token(), StringComparison.Ordinal));
        foreach (var type in new[] { typeof(OutgoingMail), typeof(ProveEmailRequest), typeof(PendingRegistration), typeof(LoginCodeRequest), typeof(LoginLinkRequest) })
            Assert.Null(type.GetMethod("<Clone>$"));
    }

    static Task<EmailApp> StartAsync(params (string, string)[] settings) => EmailApp.StartAsync([("Accounts:LoginByMail", "true"), .. settings]);

    static async Task<MimeKit.MimeMessage> RequestAsync(EmailApp email, int count = 1)
    {
        await email.DoneAsync("/login/code/request", new { email = Email });
        return await email.MailAsync(count);
    }

    static async Task RefusedBothAsync(EmailApp email, MimeKit.MimeMessage mail)
    {
        await email.RefusedAsync("/login/code", new { email = Email, code = mail.Code() }, HttpStatusCode.Unauthorized, "login_code_invalid");
        await email.RefusedAsync("/login/link", new { token = mail.Token() }, HttpStatusCode.Unauthorized, "login_code_invalid");
    }

    static JsonElement ClaimsOf(TokenSet tokens) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;
}
