using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Invitations;

public sealed class InvitationTests
{
    const string Route = "/invitations/accept";
    const string Email = "Eve@example.com";
    const string Password = "another quite unusual sentence";

    [Fact]
    public async Task An_invited_person_gets_an_account_with_the_roles_and_the_address_proved()
    {
        await using var email = await StartAsync();

        var invitation = await InvitedAsync(email, "editor", "billing");
        var mail = await email.MailAsync(to: Email);
        using var answer = await email.App.PostAsync(Route, new { token = mail.Token(), password = Password });

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["id", "email", "created_at"], body.EnumerateObject().Select(member => member.Name));
        var account = (await email.AccountAsync(Email))!;
        Assert.Equal((account.Id, Email), (body.GetProperty("id").GetGuid(), body.GetProperty("email").GetString()));
        Assert.Equal(["editor", "billing"], account.Claims.Roles);
        Assert.True(account.IsEmailVerified);
        await email.App.LoginAsync(Email, Password);
        Assert.Equal("You are invited to Handstamp", mail.Subject);
        Assert.Equal(invitation.ExpiresAt, invitation.CreatedAt.AddDays(7));
    }

    [Fact]
    public async Task The_trail_says_who_has_invited_and_how_the_account_was_added()
    {
        await using var email = await StartAsync();
        var invitation = await InvitedAsync(email, "editor");
        await email.DoneAsync(Route, new { token = (await email.MailAsync(to: Email)).Token(), password = Password }, status: HttpStatusCode.Created);

        var events = await EventsAsync(email);
        var invited = Assert.Single(events, one => one.Kind == EventKind.InvitationAdded);
        Assert.Equal((ActorKind.Operator, $"{invitation.Id}, editor"), (invited.By.Actor.Kind, invited.Detail));
        var added = Assert.Single(events, one => one.Kind == EventKind.AccountAdded);
        Assert.Equal((ActorKind.Person, "invitation", "editor"), (added.By.Actor.Kind, added.Outcome, added.Detail));
    }

    [Fact]
    public async Task A_link_works_once_and_only_until_it_expires()
    {
        await using var email = await StartAsync(("Accounts:InvitationLifetime", "1.00:00:00"));
        await InvitedAsync(email);
        var token = (await email.MailAsync(to: Email)).Token();
        await email.DoneAsync(Route, new { token, password = Password }, status: HttpStatusCode.Created);
        await email.RefusedAsync(Route, new { token, password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");

        await InvitedToAsync(email, "bob@example.com");
        var late = (await email.MailAsync(to: "bob@example.com")).Token();
        email.App.Jump(TimeSpan.FromDays(1));
        await email.RefusedAsync(Route, new { token = late, password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");
    }

    [Fact]
    public async Task A_refused_password_leaves_the_link_valid()
    {
        await using var email = await StartAsync();
        await InvitedAsync(email);
        var token = (await email.MailAsync(to: Email)).Token();

        await email.RefusedAsync(Route, new { token, password = "short" }, HttpStatusCode.BadRequest, "password_too_weak");
        await email.RefusedAsync(Route, new { token, password = Email + "1" }, HttpStatusCode.BadRequest, "password_too_weak");

        await email.DoneAsync(Route, new { token, password = Password }, status: HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_newer_invitation_replaces_the_former_one()
    {
        await using var email = await StartAsync();
        await InvitedAsync(email, "admin");
        var former = (await email.MailAsync(to: Email)).Token();
        await InvitedAsync(email, "reader");
        var newer = (await email.MailAsync(2, Email)).Token();

        await email.RefusedAsync(Route, new { token = former, password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");
        await email.DoneAsync(Route, new { token = newer, password = Password }, status: HttpStatusCode.Created);
        Assert.Equal(["reader"], (await email.AccountAsync(Email))!.Claims.Roles);
    }

    [Fact]
    public async Task A_withdrawn_invitation_is_no_longer_valid_and_its_mail_is_no_longer_sent()
    {
        await using var email = await StartAsync();
        await InvitedAsync(email);
        var token = (await email.MailAsync(to: Email)).Token();
        Assert.True(await Of(email).WithdrawAsync("eve@EXAMPLE.com", Origin.Operator, default));
        Assert.False(await Of(email).WithdrawAsync(Email, Origin.Operator, default));

        await email.RefusedAsync(Route, new { token, password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");
        Assert.Empty(await Of(email).ListAsync(null, 10, default));
    }

    [Fact]
    public async Task An_address_with_an_account_is_not_invited_and_gets_no_mail()
    {
        await using var email = await StartAsync(("Accounts:Registration", "open"));
        await email.App.RegisterAsync(Email, Password);

        var outcome = await Of(email).InviteAsync(Email, ["admin"], Origin.Operator, default);

        Assert.Equal((await email.AccountAsync(Email))!.Id, Assert.IsType<InvitationOutcome.HasAccount>(outcome).Account.Id);
        Assert.Empty((await email.AccountAsync(Email))!.Claims.Roles);
        await email.IsSentAsync();
        Assert.Empty(email.Mails);
    }

    [Fact]
    public async Task If_the_address_has_an_account_in_the_meantime_only_the_receiver_of_the_mail_learns_it()
    {
        await using var email = await StartAsync(("Accounts:Registration", "open"));
        await InvitedAsync(email, "admin");
        var token = (await email.MailAsync(to: Email)).Token();
        await email.App.RegisterAsync(Email, Password);

        await email.RefusedAsync(Route, new { token, password = Password }, HttpStatusCode.Conflict, "account_exists");
        await email.RefusedAsync(Route, new { token = token + "x", password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");
        Assert.Empty((await email.AccountAsync(Email))!.Claims.Roles);
    }

    [Theory]
    [InlineData("hss_nothing")]
    [InlineData("")]
    [InlineData("of a login")]
    public async Task Any_other_text_is_no_invitation(string token)
    {
        await using var email = await StartAsync(("Accounts:LoginByMail", "true"), ("Accounts:Registration", "open"));
        if (token == "of a login")
        {
            await email.App.RegisterAsync();
            await email.DoneAsync("/login/code/request", new { email = HandstampApp.Email });
            token = (await email.MailAsync()).Token();
        }
        await email.RefusedAsync(Route, new { token, password = Password }, HttpStatusCode.BadRequest, "invitation_invalid");
    }

    [Theory]
    [InlineData("open", true, true)]
    [InlineData("invited", false, true)]
    [InlineData("closed", false, false)]
    public async Task The_setting_says_who_may_come_in(string mode, bool mayRegister, bool mayAccept)
    {
        await using var email = await StartAsync(("Accounts:Registration", mode));

        using var registered = await email.App.PostAsync("/register", new { email = HandstampApp.Email, password = Password });
        using var accepted = await email.App.PostAsync(Route, new { token = "hss_nothing", password = Password });
        var invited = await Of(email).InviteAsync(Email, [], Origin.Operator, default);

        Assert.Equal(mayRegister ? HttpStatusCode.Created : HttpStatusCode.Forbidden, registered.StatusCode);
        Assert.Equal(mayAccept ? "invitation_invalid" : "registration_closed", (await ProblemAnswer.ReadAsync(accepted)).Code);
        Assert.Equal(mayAccept, invited is InvitationOutcome.Invited);
    }

    [Theory]
    [InlineData("no address", "editor", "invalid_request")]
    [InlineData(Email, "no role", "invalid_request")]
    [InlineData("eve@evil.example", "editor", "email_domain_not_allowed")]
    public async Task An_invitation_that_could_not_be_accepted_is_not_made(string address, string role, string code)
    {
        await using var email = await StartAsync(("Accounts:RefusedMailDomains:0", "evil.example"));

        var refused = Assert.IsType<InvitationOutcome.Refused>(await Of(email).InviteAsync(address, [role], Origin.Operator, default));

        Assert.Equal(code, refused.Refusal.Problem.Code);
        Assert.Empty(await Of(email).ListAsync(null, 10, default));
    }

    [Fact]
    public async Task Without_mail_nobody_is_invited()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Registration"] = "invited" });

        var outcome = await app.Get<InvitationOperations>().InviteAsync(Email, [], Origin.Operator, default);

        Assert.Equal(Problems.MailNotConfigured, Assert.IsType<InvitationOutcome.Refused>(outcome).Refusal.Problem);
    }

    [Fact]
    public async Task The_mail_is_in_the_language_of_the_invitation_and_links_to_the_page_of_the_app()
    {
        await using var email = await StartAsync(("Accounts:InvitationUrl", "https://app.example.com/welcome#{token}"));

        await Of(email).InviteAsync(Email, [], Origin.Operator with { Languages = "de" }, default);

        var mail = await email.MailAsync(to: Email);
        Assert.Equal("Sie sind zu Handstamp eingeladen", mail.Subject);
        Assert.Contains("https://app.example.com/welcome#hss_", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_address_and_only_its_button_spends_the_link()
    {
        await using var email = await StartAsync();
        await InvitedAsync(email, "editor");
        using var browser = new PageBrowser(email.App);
        var link = $"/account/invitation?token={(await email.MailAsync(to: Email)).Token()}";

        // A mail scanner opens the link, too.
        for (var times = 0; times < 30; times++) await browser.GetAsync(link);
        var form = await browser.GetAsync(link);
        Assert.True(form.Has($"value=\"{Email}\""));
        var differ = await SendAsync(browser, form, Password + "x");
        Assert.Equal("The two passwords do not match. Enter them again.", differ.Fault);
        var done = await SendAsync(browser, differ, Password);

        Assert.Equal("/account?done=registered", done.Location);
        Assert.True((await browser.GetAsync("/account")).Has(Email));
        using var another = new PageBrowser(email.App);
        var used = await another.GetAsync(link);
        Assert.Equal(HttpStatusCode.BadRequest, used.Status);
        Assert.StartsWith("The invitation is invalid", used.Fault, StringComparison.Ordinal);
    }

    static Task<Page> SendAsync(PageBrowser browser, Page form, string again) =>
        browser.SubmitAsync(form, "/account/invitation", ("password", Password), ("again", again));

    static Task<EmailApp> StartAsync(params (string Key, string Value)[] settings) =>
        EmailApp.StartAsync([("Accounts:Registration", "invited"), .. settings]);

    static InvitationOperations Of(EmailApp email) => email.App.Get<InvitationOperations>();

    static Task<Invitation> InvitedAsync(EmailApp email, params string[] roles) => InvitedToAsync(email, Email, roles);

    static async Task<Invitation> InvitedToAsync(EmailApp email, string to, params string[] roles) =>
        Assert.IsType<InvitationOutcome.Invited>(await Of(email).InviteAsync(to, roles, Origin.Operator, default)).Invitation;

    static async Task<IReadOnlyList<Event>> EventsAsync(EmailApp email) =>
        (await email.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default)).Events;
}
