using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /forgotPassword</c> and <c>POST /resetPassword</c></summary>
public sealed class PasswordResetTests
{
    const string NewPassword = "Another sentence, 1844.";

    [Theory, OnBoth]
    public async Task The_code_of_the_mail_sets_a_new_password(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);
        (await app.PostAsync("/forgotPassword", new { email = IdentityApp.Email })).IsEmptyOk();

        Assert.Equal(("code", IdentityApp.Email), (app.Mails.Last.Kind, app.Mails.Last.To));
        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = app.Mails.Last.Text, newPassword = NewPassword })).IsEmptyOk();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("Failed");
        await app.LoginAsync(password: NewPassword);
    }

    [Theory, OnBoth]
    public async Task A_code_works_once(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);
        (await app.PostAsync("/forgotPassword", new { email = IdentityApp.Email })).IsEmptyOk();
        var body = new { email = IdentityApp.Email, resetCode = app.Mails.Last.Text, newPassword = NewPassword };

        (await app.PostAsync("/resetPassword", body)).IsEmptyOk();
        (await app.PostAsync("/resetPassword", body)).IsInvalid("InvalidToken");
    }

    [Theory, OnBoth]
    public async Task Nobody_learns_whose_address_it_is(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);
        await app.RegisterAsync("unconfirmed@example.com");
        var sent = app.Mails.Sent.Count;

        string[] others = ["unconfirmed@example.com", "nobody@example.com", "wrong", ""];
        foreach (var email in others)
            (await app.PostAsync("/forgotPassword", new { email })).IsEmptyOk();
        var answers = new List<string>();
        foreach (var email in others.Append(IdentityApp.Email))
            answers.Add((await app.PostAsync("/resetPassword", new { email, resetCode = "wrong", newPassword = NewPassword })).IsInvalid("InvalidToken").Body);

        Assert.Equal(sent, app.Mails.Sent.Count);
        Assert.Single(answers.Distinct());
    }

    [Theory, OnBoth]
    public async Task Only_a_right_code_learns_what_is_wrong_with_the_password(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);
        (await app.PostAsync("/forgotPassword", new { email = IdentityApp.Email })).IsEmptyOk();

        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = "AAAA", newPassword = "" })).IsInvalid("InvalidToken");
        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = app.Mails.Last.Text, newPassword = "abc" })).IsInvalid(
            "PasswordTooShort", "PasswordRequiresDigit", "PasswordRequiresNonAlphanumeric", "PasswordRequiresUpper");
    }

    [Theory, OnBoth]
    public async Task Each_member_is_needed(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);

        (await app.PostAsync("/forgotPassword", new { })).IsBadRequest();
        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = "x" })).IsBadRequest();
        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, newPassword = NewPassword })).IsBadRequest();
        (await app.PostAsync("/resetPassword", new { resetCode = "x", newPassword = NewPassword })).IsBadRequest();
    }

    [Theory, OnBoth]
    public async Task It_ends_every_refresh_token(Wire wire)
    {
        await using var app = await StartConfirmedAsync(wire);
        var tokens = await app.LoginAsync();
        (await app.PostAsync("/forgotPassword", new { email = IdentityApp.Email })).IsEmptyOk();

        (await app.PostAsync("/resetPassword", new { email = IdentityApp.Email, resetCode = app.Mails.Last.Text, newPassword = NewPassword })).IsEmptyOk();

        (await app.PostAsync("/refresh", new { tokens.RefreshToken })).IsUnauthorized();
    }

    static async Task<IdentityApp> StartConfirmedAsync(Wire wire)
    {
        var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();
        return app;
    }
}
