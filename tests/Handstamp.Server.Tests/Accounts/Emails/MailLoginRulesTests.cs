using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Handstamp.Server.Tests.Mail;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What a login by mail refuses, and what it records.</summary>
public sealed class MailLoginRulesTests
{
    const string Email = HandstampApp.Email;
    const string Canonical = "ADA@EXAMPLE.COM";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData(false, false, "login_by_mail_disabled")]
    [InlineData(false, true, "login_by_mail_disabled")]
    [InlineData(true, false, "mail_not_configured")]
    [InlineData(true, true, null)]
    public async Task People_log_in_by_mail_if_it_is_on_and_there_are_mails(bool isOn, bool hasMails, string? problem)
    {
        using var folder = new MailFolder();
        var settings = hasMails ? folder.Settings : new Dictionary<string, string?>();
        settings["Accounts:LoginByMail"] = isOn ? "true" : "false";
        await using var app = await HandstampApp.StartAsync(settings);
        var logins = app.Get<MailLoginOperations>();

        Assert.Equal(problem is null, logins.IsOn);
        Assert.Equal(problem, logins.Fault?.Problem.Code);
        Assert.Equal(problem, (await logins.RequestAsync(Email, By, default))?.Problem.Code);
        Assert.Equal(problem ?? "login_code_invalid", Code(await logins.TryCodeAsync(Email, "000000", By, default)));
        Assert.Equal(problem ?? "login_code_invalid", Code(await logins.TryLinkAsync("hss_nothing", By, default)));
    }

    [Fact]
    public async Task The_first_proof_of_an_address_is_recorded_and_no_later_login()
    {
        await using var email = await StartAsync();
        var account = await email.App.AddAccountAsync(Email);

        var first = await email.App.Get<MailLoginOperations>().TryLinkAsync((await MakeAsync(email)).Token(), By, default);
        var second = await email.App.Get<MailLoginOperations>().TryCodeAsync(Email, (await MakeAsync(email)).Code!, By, default);

        Assert.True(first.Has(out var owner, out _));
        Assert.Equal(new MailboxOwner(account.Id, (await email.AccountAsync())!.SecurityStamp), owner);
        Assert.NotEqual(account.SecurityStamp, owner.SecurityStamp);
        Assert.True(second.Has(out var again, out _));
        Assert.Equal(owner, again);
        var proved = Assert.Single(await email.App.EventsAsync(EventKind.AccountEmailVerified));
        Assert.Equal((account.Id, "first_proof", email.App.Clock.GetUtcNow()), (proved.AccountId, proved.Outcome, proved.At));
        Assert.Equal((ActorKind.Person, By.Address, By.UserAgent), (proved.By.Actor.Kind, proved.By.Address, proved.By.UserAgent));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Theory]
    [InlineData("code")]
    [InlineData("link")]
    public async Task What_is_not_valid_is_recorded_without_an_account(string by)
    {
        await using var email = await StartAsync();
        await email.App.AddAccountAsync(Email);
        var logins = email.App.Get<MailLoginOperations>();

        var answer = by == "code" ? await logins.TryCodeAsync(Email, "000000", By, default) : await logins.TryLinkAsync("hss_nothing", By, default);

        Assert.Equal("login_code_invalid", Code(answer));
        Assert.Equal((EventKind.LoginRefused, "login_code_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Theory]
    [InlineData("ada", "000000", "This is not a valid e-mail address.", "email")]
    [InlineData(Email, "12345", "A code has six digits.", "code")]
    public async Task What_cannot_be_right_is_refused_in_a_sentence_and_not_recorded(string address, string code, string sentence, string field)
    {
        await using var email = await StartAsync();

        var answer = await email.App.Get<MailLoginOperations>().TryCodeAsync(address, code, By, default);

        Assert.False(answer.Has(out _, out var refusal));
        Assert.Equal((Problems.InvalidRequest, sentence, field), (refusal.Problem, refusal.Detail, refusal.Field));
        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task A_request_for_what_is_no_address_is_not_recorded()
    {
        await using var email = await StartAsync();

        Assert.Equal("invalid_request", (await email.App.Get<MailLoginOperations>().RequestAsync("ada", By, default))?.Problem.Code);

        Assert.Empty(await email.App.RefusalsAsync());
    }

    [Fact]
    public async Task Too_many_requests_are_recorded()
    {
        await using var email = await StartAsync(("Accounts:Throttle:AddressMails", "1"));
        var logins = email.App.Get<MailLoginOperations>();
        Assert.Null(await logins.RequestAsync(Email, By, default));

        var refused = await logins.RequestAsync(Email, By, default);

        Assert.Equal((Problems.TooManyRequests, TimeSpan.FromHours(1)), (refused!.Problem, refused.RetryAfter));
        Assert.Equal((EventKind.LoginThrottled, "too_many_requests", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task Too_many_codes_are_recorded()
    {
        await using var email = await StartAsync(("Accounts:Throttle:NetworkFree", "1"));
        var logins = email.App.Get<MailLoginOperations>();
        await logins.TryCodeAsync(Email, "000000", By, default);

        Assert.Equal("too_many_requests", Code(await logins.TryCodeAsync(Email, "000000", By, default)));

        Assert.Contains(await email.App.RefusalsAsync(), one => one is { Kind: EventKind.LoginThrottled, Outcome: "too_many_requests", AccountId: null });
    }

    [Theory]
    [InlineData("disabled", true)]
    [InlineData("changed", true)]
    [InlineData("deleted", false)]
    public async Task A_mail_logs_nobody_in_when_the_account_is_not_as_it_was(string what, bool isNamed)
    {
        await using var email = await StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);
        var operations = email.App.Get<AccountOperations>();
        switch (what)
        {
            case "disabled": await operations.DisableAsync(account); break;
            case "changed": await operations.SetPasswordAsync(account, HandstampApp.Password, HashingQueue.Operator, default); break;
            case "deleted": await operations.DeleteAsync(account); break;
        }

        var answer = await email.App.Get<MailLoginOperations>().TryLinkAsync(mail.Token(), By, default);

        Assert.Equal("login_code_invalid", Code(answer));
        Assert.Equal((EventKind.LoginRefused, "login_code_invalid", isNamed ? account.Id : (Guid?)null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Fact]
    public async Task A_link_of_another_version_logs_nobody_in()
    {
        await using var email = await StartAsync();
        var account = await email.App.AddAccountAsync(Email);
        var link = await email.App.Get<SingleUseSecrets>().MakeAsync(
            MailSecrets.Login.Link, new SecretContent(account.Id, "{}"u8.ToArray(), email.App.Clock.GetUtcNow().AddMinutes(1)));

        Assert.Equal("login_code_invalid", Code(await email.App.Get<MailLoginOperations>().TryLinkAsync(link.Reveal(), By, default)));

        Assert.Equal((EventKind.LoginRefused, "login_code_invalid", null, MailCalls.Network), await email.App.RefusalAsync());
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public async Task A_link_logs_in_for_ten_minutes(int milliseconds, bool isValid)
    {
        await using var email = await StartAsync();
        await email.App.AddAccountAsync(Email);
        var mail = await MakeAsync(email);

        email.App.Jump(TimeSpan.FromMinutes(10) + TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(isValid ? null : "login_code_invalid", Code(await email.App.Get<MailLoginOperations>().TryLinkAsync(mail.Token(), By, default)));
    }

    static Task<EmailApp> StartAsync(params (string, string)[] settings) => EmailApp.StartAsync([("Accounts:LoginByMail", "true"), .. settings]);

    static async Task<OutgoingMail> MakeAsync(EmailApp email) => (await email.App.MakeAsync(MailRequest.For(MailKind.LoginCode, Canonical, By)))!;

    /// <summary>The code of the refusal; null if there is none.</summary>
    static string? Code(OrRefusal<MailboxOwner> answer) => answer.Has(out _, out var refusal) ? null : refusal.Problem.Code;
}
