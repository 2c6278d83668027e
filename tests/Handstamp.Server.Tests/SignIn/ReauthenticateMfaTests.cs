using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A person who has a second factor authenticates again.</summary>
public sealed class ReauthenticateMfaTests : IAsyncLifetime
{
    const string New = "another unusual sentence";

    ReauthenticateApp _app = null!;
    TokenSet _old = null!;

    HandstampApp App => _app.App;

    public async ValueTask InitializeAsync()
    {
        _app = await ReauthenticateApp.StartAsync();
        _old = await _app.OldLoginAsync();
        _app.Code.IsOn = true;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_password_and_the_second_factor_together_make_the_session_recent()
    {
        var ticket = await _app.TicketAsync(_old);
        Assert.False(await _app.IsRecentAsync(await App.RefreshedAsync(_old.RefreshToken!)));

        var again = await _app.AgainAsync(_old, Step(ticket));

        Assert.True(await _app.IsRecentAsync(again));
        var token = await _app.VerifiedAsync(again);
        Assert.Equal(["pwd", "otp", "mfa"], token.AuthenticationMethods);
        Assert.Equal("2", token.AuthenticationContext);
    }

    [Fact]
    public async Task A_wrong_code_leaves_the_ticket_and_a_right_one_spends_it()
    {
        var ticket = await _app.TicketAsync(_old);

        await _app.RefusedAsync(_old, Step(ticket, "000000"), 401, "invalid_credentials");
        await _app.AgainAsync(_old, Step(ticket));
        await _app.RefusedAsync(_old, Step(ticket), 401, "mfa_token_invalid");
    }

    [Fact]
    public async Task The_second_factor_alone_begins_nothing() =>
        await _app.RefusedAsync(_old, new { method = ReauthenticateApp.Otp, code = CodeFactor.Code }, 401, "invalid_credentials");

    [Fact]
    public async Task What_began_in_a_session_ends_in_no_login_and_in_no_other_session()
    {
        _app.Code.IsOn = false;
        var other = await App.LoginAsync();
        _app.Code.IsOn = true;

        await _app.RefusedAsync(other, Step(await _app.TicketAsync(_old)), 401, "mfa_token_invalid");
        using var login = await App.PostAsync("/login/mfa", Step(await _app.TicketAsync(_old)));

        Assert.Equal((401, "mfa_token_invalid"), await ShopApp.SummaryAsync(login));
    }

    [Fact]
    public async Task What_began_as_a_login_makes_no_session_recent()
    {
        using var login = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });

        await _app.RefusedAsync(_old, Step(await ReauthenticateApp.MfaTokenAsync(login)), 401, "mfa_token_invalid");
    }

    [Fact]
    public async Task A_password_that_was_changed_in_between_refuses_the_second_step()
    {
        var ticket = await _app.TicketAsync(_old);
        _app.Sessions.BeforeAdding = async () =>
        {
            using var changed = await App.PostAsync(
                "/password/change", new { current_password = HandstampApp.Password, new_password = New }, _old.AccessToken);
            changed.EnsureSuccessStatusCode();
        };

        await _app.RefusedAsync(_old, Step(ticket), 409, "account_changed");
    }

    [Fact]
    public async Task A_password_change_after_a_login_with_two_factors_needs_them_again()
    {
        await _app.AgainAsync(_old, Step(await _app.TicketAsync(_old)));
        App.Jump(ReauthenticateApp.TooLong);
        var later = await App.RefreshedAsync(_old.RefreshToken!);

        using var refused = await ChangeAsync(later);
        Assert.Equal((401, "insufficient_user_authentication"), await ShopApp.SummaryAsync(refused));

        var own = await _app.AgainAsync(later, Step(await _app.TicketAsync(later)));
        using var changed = await ChangeAsync(own);
        var token = await _app.VerifiedAsync(await TokenSet.ReadAsync(changed));
        Assert.Equal(["pwd", "otp", "mfa"], token.AuthenticationMethods);
    }

    [Fact]
    public async Task A_new_password_makes_no_session_recent()
    {
        using var changed = await ChangeAsync(_old);

        Assert.False(await _app.IsRecentAsync(await TokenSet.ReadAsync(changed)));
    }

    [Fact]
    public async Task The_session_after_a_password_change_has_the_time_of_the_token_that_changed_it()
    {
        await _app.AgainAsync(_old, Step(await _app.TicketAsync(_old)));

        // Its holder has the password, but may not be the one who has just authenticated.
        using var changed = await ChangeAsync(_old);

        var fresh = await TokenSet.ReadAsync(changed);
        Assert.False(await _app.IsRecentAsync(fresh));
        Assert.Equal(["pwd"], (await _app.VerifiedAsync(fresh)).AuthenticationMethods);
    }

    [Fact]
    public async Task A_person_who_needs_a_second_factor_and_has_none_logs_in_again()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            var before = await HandstampApp.StartAsync(directory: directory.FullName);
            var login = await before.RegisterAndLoginAsync();
            await before.DisposeAsync();
            await using var after = await HandstampApp.StartAsync(
                new() { ["Accounts:SecondFactor"] = "required", ["Accounts:SecondFactorGrace"] = "0" }, directory.FullName, before.Clock);

            using var answer = await after.PostAsync("/reauthenticate", new { password = HandstampApp.Password }, login.AccessToken);

            Assert.Equal((403, "second_factor_required"), await ShopApp.SummaryAsync(answer));
            Assert.DoesNotContain("\"mfa_token\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    Task<HttpResponseMessage> ChangeAsync(TokenSet tokens) => App.PostAsync(
        "/password/change", new { current_password = HandstampApp.Password, new_password = New }, tokens.AccessToken);

    static object Step(string ticket, string code = CodeFactor.Code) =>
        new { mfa_token = ticket, method = ReauthenticateApp.Otp, code };
}
