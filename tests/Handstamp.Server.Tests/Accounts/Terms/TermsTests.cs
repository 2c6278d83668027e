using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.ExternalLogins;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Terms;

public sealed class TermsTests
{
    const string Version = "2026-01";
    const string Url = "https://example.com/terms";
    const string Password = HandstampApp.Password;

    [Theory]
    [InlineData(null)]
    [InlineData("2025-12")]
    [InlineData("")]
    public async Task A_registration_names_the_version_that_is_in_force(string? terms)
    {
        await using var email = await StartAsync();

        using var answer = await email.App.PostAsync("/register", new { email = HandstampApp.Email, password = Password, terms });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("terms_not_accepted", problem.GetProperty("code").GetString());
        Assert.Equal((Version, Url), (problem.GetProperty("terms").GetProperty("version").GetString(), problem.GetProperty("terms").GetProperty("url").GetString()));
        Assert.Null(await email.AccountAsync());
    }

    [Fact]
    public async Task Version_and_time_are_stored_with_the_account()
    {
        await using var email = await StartAsync();

        await email.DoneAsync("/register", new { email = HandstampApp.Email, password = Password, terms = Version }, status: HttpStatusCode.Created);

        Assert.Equal(new AcceptedTerms(Version, email.App.Clock.GetUtcNow()), (await email.AccountAsync())!.Terms);
        var terms = (await MeAsync(email.App)).GetProperty("terms");
        Assert.False(terms.GetProperty("due").GetBoolean());
        Assert.Equal(Version, terms.GetProperty("accepted_version").GetString());
    }

    [Fact]
    public async Task A_registration_that_waits_for_its_verification_keeps_the_acceptance()
    {
        await using var email = await StartAsync(("Accounts:Verification", "required"));
        await email.RefusedAsync("/register", new { email = HandstampApp.Email, password = Password }, HttpStatusCode.BadRequest, "terms_not_accepted");
        await email.DoneAsync("/register", new { email = HandstampApp.Email, password = Password, terms = Version }, status: HttpStatusCode.Accepted);
        var accepted = email.App.Clock.GetUtcNow();
        var token = (await email.MailAsync()).Token();
        email.App.Jump(TimeSpan.FromMinutes(1));

        await email.DoneAsync("/email/verify", new { token });

        Assert.Equal(new AcceptedTerms(Version, accepted), (await email.AccountAsync())!.Terms);
    }

    [Fact]
    public async Task An_invitation_is_accepted_with_the_terms_and_stays_valid_without_them()
    {
        await using var email = await StartAsync();
        await email.App.Get<InvitationOperations>().InviteAsync(HandstampApp.Email, [], Origin.Operator, default);
        var token = (await email.MailAsync()).Token();

        await email.RefusedAsync("/invitations/accept", new { token, password = Password }, HttpStatusCode.BadRequest, "terms_not_accepted");
        await email.DoneAsync("/invitations/accept", new { token, password = Password, terms = Version }, status: HttpStatusCode.Created);

        Assert.Equal(Version, (await email.AccountAsync())!.Terms!.Version);
    }

    [Fact]
    public async Task An_external_login_that_registers_has_accepted_them_at_its_beginning()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Terms:Version"] = Version, ["Accounts:Terms:Url"] = Url });

        await app.RefusedAsync(HttpStatusCode.BadRequest, "terms_not_accepted");
        Assert.Empty(await app.AccountsAsync());
        var tokens = await LoggedInAsync(app, Version);

        Assert.Equal(Version, (await app.MeAsync(tokens.AccessToken)).GetProperty("terms").GetProperty("accepted_version").GetString());
        // A person who has an account logs in without it.
        await app.LoggedInAsync();
    }

    [Fact]
    public async Task A_person_who_continues_on_the_login_page_accepts_the_version_that_it_names()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Terms:Version"] = Version, ["Accounts:Terms:Url"] = Url });
        using var browser = new PageBrowser(app.App);

        var login = await browser.GetAsync("/account/login");
        Assert.True(login.Has($"href=\"{Url}\""));
        var start = await browser.SubmitAsync(login, "/account/external/corp");
        var callback = new Uri(app.Provider.Approve(start.Headers["Refresh"]["0; url=".Length..], ExternalApp.Ada));
        await browser.GetAsync(callback.PathAndQuery);

        Assert.Equal(Version, Assert.Single(await app.AccountsAsync()).Terms!.Version);
    }

    [Fact]
    public async Task A_link_of_another_site_accepts_nothing()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Terms:Version"] = Version, ["Accounts:Terms:Url"] = Url });
        using var browser = new PageBrowser(app.App);

        var start = await browser.GetAsync($"/account/external/corp?terms={Version}");
        var end = await browser.GetAsync(new Uri(app.Provider.Approve(start.Location!, ExternalApp.Ada)).PathAndQuery);
        var foreign = await browser.PostAsync(
            "/account/external/corp", new Dictionary<string, string> { ["form"] = "nothing", ["return"] = "/account", ["terms"] = Version });

        Assert.Empty(await app.AccountsAsync());
        Assert.True((int)end.Status is >= 400 and < 500);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.Status);
    }

    [Fact]
    public async Task After_a_new_version_a_login_goes_on_and_the_person_is_asked()
    {
        var folder = Directory.CreateTempSubdirectory("handstamp-terms-").FullName;
        await using (var before = await HandstampApp.StartAsync(Settings("2025-12"), folder))
        {
            using var registered = await before.PostAsync("/register", new { email = HandstampApp.Email, password = Password, terms = "2025-12" });
            Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        }
        await using var app = await HandstampApp.StartAsync(Settings(Version), folder);

        var terms = (await MeAsync(app)).GetProperty("terms");
        Assert.True(terms.GetProperty("due").GetBoolean());
        Assert.Equal(("2025-12", Version), (terms.GetProperty("accepted_version").GetString(), terms.GetProperty("version").GetString()));

        var tokens = await app.LoginAsync();
        using var wrong = await app.PostAsync("/terms/accept", new { version = "2025-12" }, tokens.AccessToken);
        Assert.Equal("terms_not_accepted", (await ProblemAnswer.ReadAsync(wrong)).Code);
        for (var times = 0; times < 2; times++)
        {
            using var accepted = await app.PostAsync("/terms/accept", new { version = Version }, tokens.AccessToken);
            Assert.Equal(HttpStatusCode.NoContent, accepted.StatusCode);
        }

        Assert.False((await MeAsync(app)).GetProperty("terms").GetProperty("due").GetBoolean());
        var events = (await app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default)).Events;
        Assert.Equal(Version, Assert.Single(events, one => one.Kind == EventKind.AccountTermsAccepted).Detail);
    }

    [Fact]
    public async Task The_page_asks_until_they_are_accepted()
    {
        await using var app = await HandstampApp.StartAsync(Settings(Version));
        await app.Get<AccountOperations>().AddAsync(HandstampApp.Email, Password, [], isVerified: true, Origin.Operator, default);
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();

        Assert.True((await browser.GetAsync("/account")).Has("href=\"/account/terms\""));
        var form = await browser.GetAsync("/account/terms");
        Assert.True(form.Has($"value=\"{Version}\""));
        Assert.Equal("/account", (await browser.SubmitAsync(form, "/account/terms", ("terms", Version))).Location);

        Assert.False((await browser.GetAsync("/account")).Has("href=\"/account/terms\""));
        Assert.Equal("/account", (await browser.GetAsync("/account/terms")).Location);
    }

    [Fact]
    public async Task The_registration_page_asks_for_them()
    {
        await using var app = await HandstampApp.StartAsync(Settings(Version));
        using var browser = new PageBrowser(app);
        var form = await browser.GetAsync("/account/register");
        Assert.True(form.Has($"<a href=\"{Url}\""));
        (string, string)[] fields = [("email", HandstampApp.Email), ("password", Password), ("again", Password)];

        var refused = await browser.SubmitAsync(form, "/account/register", fields);
        Assert.StartsWith("You have to accept the terms of use", refused.Fault, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(refused, "/account/register", [.. fields, ("terms", Version)]);

        Assert.Equal("/account?done=registered", done.Location);
    }

    [Fact]
    public async Task Without_terms_nothing_asks_for_them()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        Assert.False((await MeAsync(app)).TryGetProperty("terms", out _));
        using var answer = await app.PostAsync("/terms/accept", new { version = Version }, tokens.AccessToken);
        Assert.Equal("invalid_request", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Theory]
    [InlineData("1", null, null, "Accounts:Terms:Version and Accounts:Terms:Url have to be set together.")]
    [InlineData(null, Url, null, "Accounts:Terms:Version and Accounts:Terms:Url have to be set together.")]
    [InlineData("1", "http://example.com", null, "Accounts:Terms:Url is 'http://example.com'; it has to be an https address.")]
    [InlineData("1", Url, "privacy", "Accounts:Terms:PrivacyUrl is 'privacy'; it has to be an https address.")]
    [InlineData("a b", Url, null, "Accounts:Terms:Version is 'a b'; it has to have 1 to 64 letters, digits or .-_ characters.")]
    public void Settings_that_do_not_fit_stop_the_start(string? version, string? url, string? privacy, string fault)
    {
        var options = new AccountOptions { Terms = new() { Version = version, Url = url, PrivacyUrl = privacy } };

        Assert.Equal(fault, new AccountOptionsValidator().Validate(null, options).FailureMessage);
    }

    static async Task<TokenSet> LoggedInAsync(ExternalApp app, string terms)
    {
        using var answer = await app.App.PostAsync(
            "/login/external/start", new { provider = "corp", redirect_uri = "https://app.example.com/corp", terms });
        var started = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        var callback = app.Provider.Approve(started.GetProperty("url").GetString()!, ExternalApp.Ada);
        using var login = await app.EndLoginAsync(started.GetProperty("ceremony").GetString()!, callback);
        return await TokenSet.ReadAsync(login);
    }

    static Task<EmailApp> StartAsync(params (string Key, string Value)[] settings) =>
        EmailApp.StartAsync([("Accounts:Terms:Version", Version), ("Accounts:Terms:Url", Url), .. settings]);

    static Dictionary<string, string?> Settings(string version) => new() { ["Accounts:Terms:Version"] = version, ["Accounts:Terms:Url"] = Url };

    static async Task<JsonElement> MeAsync(HandstampApp app)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: (await app.LoginAsync()).AccessToken);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
