using System.Net;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Secrets;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.Pages;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>Signing in with factors and for a client that exist in the tests alone.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    ShopApp _shop = null!;

    HandstampApp App => _shop.App;

    public async ValueTask InitializeAsync()
    {
        _shop = await ShopApp.StartAsync();
        await App.RegisterAsync();
    }

    public ValueTask DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task The_session_and_its_tokens_say_how_when_for_whom_and_for_what()
    {
        var ticket = await _shop.TicketAsync();
        App.Jump(TimeSpan.FromMinutes(2));
        var given = App.Clock.GetUtcNow();

        var tokens = await _shop.FinishedAsync(ticket);
        App.Jump(TimeSpan.FromMinutes(1));
        var refreshed = await App.RefreshedAsync(tokens.RefreshToken!);

        var listed = Assert.Single(await _shop.SessionsAsync());
        Assert.Equal(
            ("pwd otp", given, Shop.ClientId, Shop.Scope, Shop.Audience, "The shop"),
            (listed.Session.AuthenticationMethods, listed.Session.AuthenticatedAt, listed.Session.ClientId, listed.Session.Scope,
                listed.Session.Audience, listed.Device.Name));
        foreach (var token in (Tokens.AccessToken[])[await _shop.VerifiedAsync(tokens), await _shop.VerifiedAsync(refreshed)])
        {
            Assert.Equal(["pwd", "otp"], token.AuthenticationMethods);
            Assert.Equal([Shop.Audience], token.Audience);
            Assert.Equal((given, Shop.ClientId, Shop.Scope), (token.AuthenticatedAt, token.ClientId, token.Scope));
        }
    }

    [Fact]
    public async Task A_factor_that_an_account_has_not_is_not_asked_for()
    {
        _shop.Factor(ShopApp.Otp).IsOn = false;

        using var answer = await _shop.BeginAsync();

        var token = await _shop.VerifiedAsync(await TokenSet.ReadAsync(answer));
        Assert.Equal(["pwd"], token.AuthenticationMethods);
        Assert.Equal(Shop.ClientId, token.ClientId);
    }

    [Fact]
    public async Task A_half_finished_sign_in_is_no_session()
    {
        await _shop.TicketAsync();

        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task Each_step_spends_its_ticket_and_gives_the_next_one()
    {
        _shop.Factor(ShopApp.Fingerprint).IsOn = true;
        using var begun = await _shop.BeginAsync();
        var (first, factors) = await ShopApp.DueAsync(begun);
        Assert.Equal([ShopApp.Otp, ShopApp.Fingerprint], factors);

        using var answer = await _shop.ContinueAsync(first, factor: ShopApp.Fingerprint);
        var (second, left) = await ShopApp.DueAsync(answer);

        Assert.Equal([ShopApp.Otp], left);
        await OverAsync(_shop.ContinueAsync(first));
        Assert.Equal(["pwd", "fpt", "otp"], (await _shop.VerifiedAsync(await _shop.FinishedAsync(second))).AuthenticationMethods);
    }

    [Fact]
    public async Task Of_many_right_answers_at_once_one_signs_in()
    {
        var ticket = await _shop.TicketAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => _shop.ContinueAsync(ticket))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized));
        Assert.Single(await _shop.SessionsAsync());
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task A_wrong_answer_costs_a_try_and_the_ticket_stays_good()
    {
        var ticket = await _shop.TicketAsync();

        for (var attempt = 1; attempt < SignInAttempts.Purpose.Tries; attempt++) await WrongAsync(ticket);

        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task After_the_last_wrong_answer_a_right_one_is_too_late()
    {
        var ticket = await _shop.TicketAsync();

        for (var attempt = 0; attempt < SignInAttempts.Purpose.Tries; attempt++) await WrongAsync(ticket);

        await OverAsync(_shop.ContinueAsync(ticket));
    }

    [Fact]
    public async Task A_sign_in_has_so_long_from_its_first_factor_and_no_step_prolongs_it()
    {
        _shop.Factor(ShopApp.Fingerprint).IsOn = true;
        var (late, soon) = (await _shop.TicketAsync(), await _shop.TicketAsync());
        App.Jump(SignInAttempts.Life - TimeSpan.FromMilliseconds(1));
        var next = await NextAsync(late);
        var last = await NextAsync(soon);
        await _shop.FinishedAsync(last, ShopApp.Fingerprint);

        App.Jump(TimeSpan.FromMilliseconds(1));

        await OverAsync(_shop.ContinueAsync(next, factor: ShopApp.Fingerprint));

        async Task<string> NextAsync(string ticket)
        {
            using var answer = await _shop.ContinueAsync(ticket);
            return (await ShopApp.DueAsync(answer)).Ticket;
        }
    }

    [Fact]
    public async Task It_goes_on_after_a_restart()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            var before = await ShopApp.StartAsync(directory.FullName);
            await before.App.RegisterAsync();
            var ticket = await before.TicketAsync();
            var clock = before.App.Clock;
            await before.DisposeAsync();

            await using var after = await ShopApp.StartAsync(directory.FullName, clock);

            Assert.Equal(["pwd", "otp"], (await after.VerifiedAsync(await after.FinishedAsync(ticket))).AuthenticationMethods);
            await OverAsync(after.ContinueAsync(ticket));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_password_that_was_changed_in_between_refuses_the_sign_in()
    {
        _shop.Factor(ShopApp.Otp).IsOn = false;
        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, resource = HandstampApp.Issuer });
        var tokens = await TokenSet.ReadAsync(login);
        _shop.Factor(ShopApp.Otp).IsOn = true;
        var ticket = await _shop.TicketAsync();
        using var changed = await App.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another unusual sentence" }, tokens.AccessToken);
        changed.EnsureSuccessStatusCode();

        using var answer = await _shop.ContinueAsync(ticket);

        Assert.Equal((401, "invalid_credentials"), await SummaryAsync(answer));
        Assert.Single(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task An_account_that_was_disabled_in_between_gets_no_session()
    {
        var ticket = await _shop.TicketAsync();
        await App.Get<AccountOperations>().DisableAsync(await _shop.AccountAsync());

        using var answer = await _shop.ContinueAsync(ticket);

        Assert.Equal((401, "invalid_credentials"), await SummaryAsync(answer));
        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task Before_the_first_factor_was_right_nothing_is_told_and_nothing_kept()
    {
        using var wrong = await _shop.BeginAsync(password: "not the right one");
        using var unknown = await _shop.BeginAsync(email: "nobody@example.com");

        Assert.Equal((401, "invalid_credentials"), await SummaryAsync(wrong));
        Assert.Equal(await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(0, await App.Get<ISecretStore>().SweepAsync(DateTimeOffset.MaxValue, 10));
    }

    [Fact]
    public async Task What_can_not_say_who_somebody_is_begins_nothing()
    {
        using var code = await App.PostAsync("/shop/begin", new { factor = ShopApp.Otp, email = HandstampApp.Email, value = CodeFactor.Code });
        using var unknown = await App.PostAsync("/shop/begin", new { factor = "retina", email = HandstampApp.Email, value = "" });

        Assert.Equal((401, "invalid_credentials"), await SummaryAsync(code));
        Assert.Equal((400, "invalid_request"), await SummaryAsync(unknown));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("fpt")]
    [InlineData("retina")]
    [InlineData("")]
    public async Task Only_a_factor_that_is_due_is_taken(string factor)
    {
        var ticket = await _shop.TicketAsync();

        using var answer = await _shop.ContinueAsync(ticket, factor: factor);

        Assert.Equal((400, "invalid_request"), await SummaryAsync(answer));
        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task A_factor_that_takes_an_answer_for_somebody_elses_signs_nobody_in()
    {
        await App.RegisterAsync("eve@example.com");
        var eve = await App.Get<IAccountStore>().FindAsync(IdentifierKind.Email, "EVE@EXAMPLE.COM", default);
        var ticket = await _shop.TicketAsync();
        _shop.Factor(ShopApp.Otp).Mistaken = eve!.Id;

        await OverAsync(_shop.ContinueAsync(ticket));

        Assert.Empty(await _shop.SessionsAsync());
    }

    [Theory]
    [InlineData("/other/continue")]
    [InlineData("/first/continue")]
    [InlineData("/pages/continue")]
    public async Task It_goes_on_only_where_it_has_begun(string route)
    {
        var ticket = await _shop.TicketAsync();

        await OverAsync(_shop.ContinueAsync(ticket, route: route));

        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task With_a_key_it_goes_on_for_who_holds_the_key_alone()
    {
        var ticket = await _shop.TicketAsync(key: "thumbprint");

        using var without = await _shop.ContinueAsync(ticket);
        using var other = await _shop.ContinueAsync(ticket, key: "another");
        using var own = await _shop.ContinueAsync(ticket, key: "thumbprint");

        Assert.Equal((401, "dpop_proof_required"), await SummaryAsync(without));
        Assert.Equal((401, "dpop_proof_invalid"), await SummaryAsync(other));
        Assert.Equal("thumbprint", (await _shop.VerifiedAsync(await TokenSet.ReadAsync(own))).KeyThumbprint);
    }

    [Fact]
    public async Task An_account_has_so_many_half_finished_sign_ins_and_the_oldest_goes()
    {
        var tickets = new List<string>();
        for (var number = 0; number <= SignInAttempts.Purpose.Most; number++)
        {
            tickets.Add(await _shop.TicketAsync());
            App.Jump(TimeSpan.FromSeconds(1));
        }

        await OverAsync(_shop.ContinueAsync(tickets[0]));
        foreach (var ticket in tickets[1..]) await _shop.FinishedAsync(ticket);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hss_")]
    [InlineData("%00'; DROP TABLE secrets;--")]
    public async Task What_is_no_ticket_is_answered_as_one_that_is_over(string ticket) => await OverAsync(_shop.ContinueAsync(ticket));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"account_id\":7}")]
    [InlineData("something else")]
    public async Task What_a_node_of_another_version_has_kept_otherwise_is_over(string kept)
    {
        var content = new SecretContent(Guid.CreateVersion7(), Encoding.UTF8.GetBytes(kept), App.Clock.GetUtcNow() + SignInAttempts.Life);
        var ticket = await App.Get<SingleUseSecrets>().MakeAsync(SignInAttempts.Purpose, content);

        await OverAsync(_shop.ContinueAsync(ticket.Reveal()));
    }

    [Fact]
    public async Task A_ticket_is_in_no_log_and_not_in_the_database()
    {
        var ticket = await _shop.TicketAsync();
        await WrongAsync(ticket);
        await _shop.FinishedAsync(ticket);

        Assert.DoesNotContain(App.Logs.Lines, line => line.Contains(ticket[^43..], StringComparison.Ordinal));
        Assert.Contains(App.Logs.Lines, line => line.Contains(" 3031 ", StringComparison.Ordinal));
        Assert.Contains(App.Logs.Lines, line => line.Contains(" 3032 ", StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(App.Directory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            Assert.True(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(ticket)) < 0, file);
        }
    }

    [Fact]
    public async Task What_is_too_long_to_be_kept_is_refused()
    {
        var request = new SignInRequest { Transport = SessionTransport.Body, Scope = new string('s', SecretContent.MaxPayload) };
        var answer = new FactorAnswer
        {
            Factor = PasswordFactor.FactorName,
            Identifier = HandstampApp.Email,
            Value = HandstampApp.Password,
            Address = IPAddress.Loopback,
        };

        var refused = Assert.IsType<SignInOutcome.Refused>(await App.Get<SignInAttempts>().BeginAsync(request, answer, default));

        Assert.Equal("invalid_request", refused.Refusal.Problem.Code);
    }

    [Fact]
    public async Task The_routes_that_take_no_second_factor_say_so_and_begin_nothing()
    {
        using var browser = new PageBrowser(App);

        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var page = await browser.LoginAsync();

        var problem = await ProblemAnswer.ReadAsync(login);
        Assert.Equal((400, "invalid_request"), (problem.Status, problem.Code));
        Assert.StartsWith("This account needs another factor", problem.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Null(browser.SessionToken);
        Assert.Empty(await _shop.SessionsAsync());
    }

    /// <summary>A ticket that is over, and one that never was.</summary>
    static async Task OverAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((401, "invalid_credentials", "This sign-in is over. Begin again."), (problem.Status, problem.Code, problem.Detail));
    }

    async Task WrongAsync(string ticket)
    {
        using var answer = await _shop.ContinueAsync(ticket, value: "000000");
        Assert.Equal(CodeFactor.Wrong.Detail, (await ProblemAnswer.ReadAsync(answer)).Detail);
    }

    static async Task<(int, string)> SummaryAsync(HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Status, problem.Code);
    }
}
