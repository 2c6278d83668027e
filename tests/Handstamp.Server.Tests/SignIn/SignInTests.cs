using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>Signing in with factors and for a client that exist only in the tests.</summary>
public sealed class SignInTests : ShopTests
{
    [Fact]
    public async Task The_session_and_its_tokens_record_the_factors_the_time_the_client_and_the_scope()
    {
        var ticket = await _shop.TicketAsync();
        App.Jump(TimeSpan.FromMinutes(2));
        var given = App.Clock.GetUtcNow();

        var tokens = await _shop.FinishedAsync(ticket);
        App.Jump(TimeSpan.FromMinutes(1));
        var refreshed = await App.RefreshedAsync(tokens.RefreshToken!);

        var listed = Assert.Single(await _shop.SessionsAsync());
        Assert.Equal(
            ("pwd otp mfa", given, Shop.ClientId, Shop.Scope, Shop.Audience, "The shop"),
            (listed.Session.AuthenticationMethods, listed.Session.AuthenticatedAt, listed.Session.ClientId, listed.Session.Scope,
                listed.Session.Audience, listed.Device.Name));
        foreach (var token in (Tokens.AccessToken[])[await _shop.VerifiedAsync(tokens), await _shop.VerifiedAsync(refreshed)])
        {
            Assert.Equal(["pwd", "otp", "mfa"], token.AuthenticationMethods);
            Assert.Equal([Shop.Audience], token.Audience);
            Assert.Equal((given, Shop.ClientId, Shop.Scope), (token.AuthenticatedAt, token.ClientId, token.Scope));
        }
    }

    [Fact]
    public async Task A_factor_that_an_account_does_not_have_is_not_requested()
    {
        _shop.Factor(ShopApp.Otp).IsOn = false;

        using var answer = await _shop.BeginAsync();

        var token = await _shop.VerifiedAsync(await TokenSet.ReadAsync(answer));
        Assert.Equal(["pwd"], token.AuthenticationMethods);
        Assert.Equal(Shop.ClientId, token.ClientId);
    }

    [Fact]
    public async Task A_half_finished_sign_in_is_not_a_session()
    {
        await _shop.TicketAsync();

        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task A_sign_in_continues_after_a_restart()
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

            Assert.Equal(["pwd", "otp", "mfa"], (await after.VerifiedAsync(await after.FinishedAsync(ticket))).AuthenticationMethods);
            await ShopApp.OverAsync(after.ContinueAsync(ticket));
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

        Assert.Equal((401, "mfa_token_invalid"), await ShopApp.SummaryAsync(answer));
        Assert.Single(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task An_account_that_was_disabled_in_between_gets_no_session()
    {
        var ticket = await _shop.TicketAsync();
        await App.Get<AccountOperations>().DisableAsync(await _shop.AccountAsync());

        using var answer = await _shop.ContinueAsync(ticket);

        Assert.Equal((401, "mfa_token_invalid"), await ShopApp.SummaryAsync(answer));
        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task Before_the_first_factor_is_right_nothing_is_revealed_and_nothing_is_stored()
    {
        using var wrong = await _shop.BeginAsync(password: "not the right one");
        using var unknown = await _shop.BeginAsync(email: "nobody@example.com");

        Assert.Equal((401, "invalid_credentials"), await ShopApp.SummaryAsync(wrong));
        Assert.Equal(await wrong.Content.ReadAsStringAsync(), await unknown.Content.ReadAsStringAsync());
        Assert.Equal(0, await App.Get<ISecretStore>().SweepAsync(DateTimeOffset.MaxValue, 10));
    }

    [Fact]
    public async Task A_factor_that_cannot_identify_a_person_begins_nothing()
    {
        using var code = await App.PostAsync("/shop/begin", new { factor = ShopApp.Otp, email = HandstampApp.Email, value = CodeFactor.Code });
        using var unknown = await App.PostAsync("/shop/begin", new { factor = "retina", email = HandstampApp.Email, value = "" });

        Assert.Equal((401, "invalid_credentials"), await ShopApp.SummaryAsync(code));
        Assert.Equal((400, "invalid_request"), await ShopApp.SummaryAsync(unknown));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("fpt")]
    [InlineData("retina")]
    [InlineData("")]
    public async Task Only_a_factor_that_is_due_is_accepted(string factor)
    {
        var ticket = await _shop.TicketAsync();

        using var answer = await _shop.ContinueAsync(ticket, factor: factor);

        Assert.Equal((400, "invalid_request"), await ShopApp.SummaryAsync(answer));
        await _shop.FinishedAsync(ticket);
    }

    [Fact]
    public async Task A_factor_that_attributes_an_answer_to_another_account_signs_nobody_in()
    {
        await App.RegisterAsync("eve@example.com");
        var eve = await App.Get<IAccountStore>().FindAsync(IdentifierKind.Email, "EVE@EXAMPLE.COM", default);
        var ticket = await _shop.TicketAsync();
        _shop.Factor(ShopApp.Otp).Mistaken = eve!.Id;

        await ShopApp.OverAsync(_shop.ContinueAsync(ticket));

        Assert.Empty(await _shop.SessionsAsync());
    }

    [Fact]
    public async Task The_login_names_the_second_factors_and_continues_with_one_of_them()
    {
        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var problem = JsonDocument.Parse(await login.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((401, "mfa_required", false), ((int)login.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("definitive").GetBoolean()));
        Assert.Equal([ShopApp.Otp], problem.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        Assert.Empty(await _shop.SessionsAsync());

        var token = problem.GetProperty("mfa_token").GetString();
        using var answer = await App.PostAsync("/login/mfa", new { mfa_token = token, method = ShopApp.Otp, code = CodeFactor.Code, resource = HandstampApp.Issuer });

        await TokenSet.ReadAsync(answer);
        Assert.Equal("pwd otp mfa", Assert.Single(await _shop.SessionsAsync()).Session.AuthenticationMethods);
        await ShopApp.OverAsync(App.PostAsync("/login/mfa", new { mfa_token = token, method = ShopApp.Otp, code = CodeFactor.Code }));
    }

    [Fact]
    public async Task A_login_that_began_for_a_cookie_does_not_return_its_token_in_the_body()
    {
        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        var token = JsonDocument.Parse(await login.Content.ReadAsStringAsync()).RootElement.GetProperty("mfa_token").GetString();

        await ShopApp.OverAsync(App.PostAsync("/login/mfa", new { mfa_token = token, method = ShopApp.Otp, code = CodeFactor.Code, transport = "body" }));
        using var answer = await App.PostAsync("/login/mfa", new { mfa_token = token, method = ShopApp.Otp, code = CodeFactor.Code });

        Assert.Null((await TokenSet.ReadAsync(answer)).RefreshToken);
        Assert.True(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task After_a_second_factor_no_other_factor_is_requested()
    {
        _shop.Factor(ShopApp.Fingerprint).IsOn = true;
        using var begun = await _shop.BeginAsync();
        var (ticket, factors) = await ShopApp.DueAsync(begun);

        var tokens = await _shop.FinishedAsync(ticket, ShopApp.Fingerprint);

        Assert.Equal([ShopApp.Otp, ShopApp.Fingerprint], factors);
        Assert.Equal(["pwd", "fpt", "mfa"], (await _shop.VerifiedAsync(tokens)).AuthenticationMethods);
        await ShopApp.OverAsync(_shop.ContinueAsync(ticket));
    }
}
