using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Pages;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class UsernameTests
{
    const string Name = "Ada.L_1";
    const string Password = HandstampApp.Password;

    [Theory]
    [InlineData("ada", true)]
    [InlineData("A-b_c.9", true)]
    [InlineData("012345678901234567890123456789", true)]
    [InlineData("0123456789012345678901234567890", false)]
    [InlineData("ab", false)]
    [InlineData("", false)]
    [InlineData(".ada", false)]
    [InlineData("ada-", false)]
    [InlineData("ada lovelace", false)]
    [InlineData("ada@example.com", false)]
    [InlineData("ada\u200bl", false)]
    [InlineData("\u0430da", false)]
    [InlineData("\u00e4da", false)]
    [InlineData("ada\u0000", false)]
    [InlineData("adaI\u0307", false)]
    public void A_username_is_plain(string name, bool isFine) => Assert.Equal(isFine, Username.Fault(name) is null);

    [Fact]
    public void No_username_can_be_taken_for_an_id() =>
        Assert.True(Username.MaxLength < Guid.Empty.ToString("N").Length);

    [Theory]
    [InlineData("email", true, false)]
    [InlineData("username", false, true)]
    [InlineData("both", true, true)]
    public async Task The_setting_says_by_what_people_register(string mode, bool byEmail, bool byUsername)
    {
        await using var app = await StartAsync(mode);

        using var email = await app.PostAsync("/register", new { email = HandstampApp.Email, password = Password });
        using var username = await app.PostAsync("/register", new { username = Name, password = Password });

        Assert.Equal(byEmail ? HttpStatusCode.Created : HttpStatusCode.BadRequest, email.StatusCode);
        Assert.Equal(byUsername ? HttpStatusCode.Created : HttpStatusCode.BadRequest, username.StatusCode);
    }

    [Fact]
    public async Task A_person_registers_and_logs_in_by_a_username_in_any_letter_case()
    {
        await using var app = await StartAsync();
        using var registered = await app.PostAsync("/register", new { username = Name, password = Password });
        var account = JsonDocument.Parse(await registered.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["id", "created_at", "username"], account.EnumerateObject().Select(member => member.Name));

        using var login = await app.PostAsync("/login", new { username = "ADA.l_1", password = Password });
        var tokens = await TokenSet.ReadAsync(login);
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        var me = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(Name, me.GetProperty("username").GetString());
        Assert.False(me.TryGetProperty("email", out _));

        using var again = await app.PostAsync("/reauthenticate", new { password = Password }, tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task A_username_is_unique_whatever_its_letter_case_also_at_the_same_moment()
    {
        await using var app = await StartAsync();

        var answers = await Task.WhenAll(new[] { "ada", "ADA", "Ada", "aDa" }.Select(name => app.PostAsync("/register", new { username = name, password = Password })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            Assert.Equal("username_taken", (await ProblemAnswer.ReadAsync(refused)).Code);
        foreach (var answer in answers) answer.Dispose();
    }

    [Theory]
    [InlineData("{\"password\":\"a long sentence of words\"}")]
    [InlineData("{\"email\":\"ada@example.com\",\"username\":\"ada\",\"password\":\"a long sentence of words\"}")]
    [InlineData("{\"email\":\"ada\",\"password\":\"a long sentence of words\"}")]
    [InlineData("{\"username\":\"ada@example.com\",\"password\":\"a long sentence of words\"}")]
    public async Task A_request_has_one_name_in_the_member_of_its_kind(string body)
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        foreach (var route in new[] { "/register", "/login" })
        {
            using var answer = await app.SendAsync(HttpMethod.Post, route, JsonDocument.Parse(body).RootElement);
            Assert.Equal("invalid_request", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
    }

    [Fact]
    public async Task An_unknown_username_and_a_wrong_password_get_the_same_answer()
    {
        await using var app = await StartAsync();
        using var registered = await app.PostAsync("/register", new { username = Name, password = Password });

        foreach (var name in new[] { Name, "nobody" })
        {
            using var answer = await app.PostAsync("/login", new { username = name, password = "a wrong sentence" });
            Assert.Equal("invalid_credentials", (await ProblemAnswer.ReadAsync(answer)).Code);
        }
    }

    [Fact]
    public async Task Nobody_waits_for_the_verification_of_a_username_and_no_mail_is_sent()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Identifiers", "both"), ("Accounts:Verification", "required"));

        await email.DoneAsync("/register", new { username = Name, password = Password }, status: HttpStatusCode.Created);

        await email.TokensAsync("/login", new { username = Name, password = Password });
        await email.RefusedAsync("/password/forgot", new { email = Name }, HttpStatusCode.BadRequest, "invalid_request");
        await email.IsSentAsync();
        Assert.Empty(email.Mails);
    }

    [Fact]
    public async Task A_username_leads_past_no_address_that_has_to_be_verified()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Identifiers", "both"), ("Accounts:Verification", "required"));
        var (pending, proved) = (await WithBothAsync(email.App, "ada@example.com", "ada"), await WithBothAsync(email.App, "eve@example.com", "eve", isVerified: true));

        foreach (var name in pending.Identifiers)
            await email.RefusedAsync("/login", Login(name), HttpStatusCode.Forbidden, "email_not_verified");
        foreach (var name in proved.Identifiers)
        {
            var tokens = await email.TokensAsync("/login", Login(name));
            using var again = await email.App.PostAsync("/reauthenticate", new { password = Password }, tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        }
    }

    [Fact]
    public async Task The_pages_take_a_username()
    {
        await using var app = await StartAsync("both");
        using var browser = new PageBrowser(app);
        var form = await browser.GetAsync("/account/register");
        Assert.True(form.Has("E-mail address or username"));
        await browser.SubmitAsync(form, "/account/register", ("email", Name), ("password", Password), ("again", Password));
        Assert.True((await browser.GetAsync("/account")).Has(Name));

        using var other = new PageBrowser(app);
        Assert.Equal("/account", (await other.LoginAsync(Name.ToUpperInvariant(), Password)).Location);
        using var third = new PageBrowser(app);
        var taken = await third.SubmitAsync(
            await third.GetAsync("/account/register"), "/account/register", ("email", Name), ("password", Password), ("again", Password));
        Assert.Equal("This username is taken. Choose another one.", taken.Fault);
    }

    [Fact]
    public async Task An_operator_adds_and_finds_an_account_by_its_username()
    {
        await using var app = await StartAsync("email");
        var accounts = app.Get<AccountOperations>();

        var added = Assert.IsType<AccountOutcome.Done>(await accounts.AddAsync(Name, Password, [], isVerified: true, Origin.Operator, default)).Account;

        Assert.Equal(added.Id, (await accounts.FindAsync("ADA.L_1", default))!.Id);
        Assert.False(added.IsEmailVerified);
        Assert.IsType<AccountOutcome.UsernameTaken>(await accounts.AddAsync("ada.l_1", Password, [], isVerified: false, Origin.Operator, default));
    }

    [Fact]
    public async Task A_person_with_an_address_adds_a_username_and_replaces_it()
    {
        await using var app = await StartAsync();
        var tokens = await app.RegisterAndLoginAsync();

        foreach (var name in new[] { "ada", "Ada", "Lovelace" }) Assert.Equal(HttpStatusCode.NoContent, await ChangeAsync(app, name, tokens));

        using var me = await app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        var account = JsonDocument.Parse(await me.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((HandstampApp.Email, "Lovelace"), (account.GetProperty("email").GetString(), account.GetProperty("username").GetString()));
        using var login = await app.PostAsync("/login", new { username = "lovelace", password = Password });
        using var former = await app.PostAsync("/login", new { username = "ada", password = Password });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (login.StatusCode, former.StatusCode));
        using var another = await app.PostAsync("/register", new { username = "ADA", password = Password });
        Assert.Equal(HttpStatusCode.Created, another.StatusCode);
    }

    [Fact]
    public async Task A_change_of_username_is_refused_as_a_registration_with_it_is()
    {
        await using var app = await StartAsync();
        using var registered = await app.PostAsync("/register", new { username = Name, password = Password });
        var tokens = await app.RegisterAndLoginAsync();

        await RefusedAsync(app, "a b", tokens, "invalid_request");
        await RefusedAsync(app, Name.ToUpperInvariant(), tokens, "username_taken");
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        await RefusedAsync(app, "ada", await app.RefreshedAsync(tokens.RefreshToken!), "insufficient_user_authentication");

        await using var mails = await StartAsync("email");
        await RefusedAsync(mails, "ada", await mails.RegisterAndLoginAsync(), "invalid_request");
    }

    [Fact]
    public async Task A_search_for_usernames_is_slowed_down_as_at_the_registration()
    {
        await using var app = await HandstampApp.StartAsync(
            new() { ["Accounts:Identifiers"] = "both", ["Accounts:Throttle:RegistrationFree"] = "3" });
        var tokens = await app.RegisterAndLoginAsync();
        using var other = await app.PostAsync("/register", new { username = Name, password = Password });

        await RefusedAsync(app, Name, tokens, "username_taken");
        await RefusedAsync(app, Name, tokens, "too_many_requests");
    }

    [Fact]
    public async Task A_person_changes_the_username_on_the_pages()
    {
        await using var app = await StartAsync();
        await app.RegisterAsync();
        using var other = await app.PostAsync("/register", new { username = "taken", password = Password });
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        Assert.Contains("/account/username", (await browser.GetAsync("/account")).Html, StringComparison.Ordinal);

        var taken = await browser.SubmitAsync(await browser.GetAsync("/account/username"), "/account/username", ("username", "Taken"));
        var wrong = await browser.SubmitAsync(taken, "/account/username", ("username", "a b"));
        var changed = await browser.SubmitAsync(wrong, "/account/username", ("username", Name));

        Assert.Equal("A username has 3 to 30 characters: letters from a to z, digits, and . _ - between them.", wrong.Fault);
        Assert.Contains("aria-invalid=\"true\"", wrong.Html, StringComparison.Ordinal);
        Assert.Equal("This username is taken. Choose another one.", taken.Fault);
        Assert.True((await browser.GetAsync(changed.Location!)).Has("Your username has been changed."));
        Assert.Contains($"value=\"{Name}\"", (await browser.GetAsync("/account/username")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Usernames_do_not_get_around_the_domains_that_are_allowed() => Assert.Equal(
        "Accounts:Identifiers has to be email if Accounts:AllowedMailDomains is set.",
        new AccountOptionsValidator().Validate(null, new AccountOptions { Identifiers = IdentifierMode.Both, AllowedMailDomains = ["example.com"] }).FailureMessage);

    static async Task<HttpStatusCode> ChangeAsync(HandstampApp app, string name, TokenSet tokens)
    {
        using var answer = await app.PostAsync("/username/change", new { username = name }, tokens.AccessToken);
        return answer.StatusCode;
    }

    static async Task RefusedAsync(HandstampApp app, string name, TokenSet tokens, string code)
    {
        using var answer = await app.PostAsync("/username/change", new { username = name }, tokens.AccessToken);
        Assert.Equal(code, (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    static object Login(Identifier name) => name.Kind == IdentifierKind.Email
        ? new { email = name.Value, password = Password }
        : new { username = name.Value, password = Password };

    static async Task<Account> WithBothAsync(HandstampApp app, string email, string username, bool isVerified = false)
    {
        var made = AccountOperations.NewAccount(Identifier.OfEmail(email) with { VerifiedAt = isVerified ? app.Clock.GetUtcNow() : null }, [], app.Clock.GetUtcNow());
        var hashed = (await app.Get<AccountOperations>().HashAsync(made, Password, HashingQueue.Operator, default))!;
        var account = made with { Identifiers = [made.Identifiers[0], Identifier.Of(username)], PasswordHash = hashed.Hash, SecurityStamp = hashed.Stamp };
        Assert.True(await app.Get<IAccountStore>().TryCreateAsync(
            account, Origin.Operator.Does(EventKind.AccountAdded, app.Clock.GetUtcNow()) with { AccountId = account.Id }));
        return account;
    }

    static Task<HandstampApp> StartAsync(string mode = "both") => HandstampApp.StartAsync(new() { ["Accounts:Identifiers"] = mode });
}
