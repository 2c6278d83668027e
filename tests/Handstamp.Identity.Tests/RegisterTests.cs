using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /register</c></summary>
public sealed class RegisterTests
{
    [Theory, OnBoth]
    public async Task A_new_address_gets_an_account_and_a_link(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsEmptyOk();

        Assert.Equal(("link", IdentityApp.Email), (app.Mails.Only.Kind, app.Mails.Only.To));
        var user = await app.WithUsersAsync(users => users.FindByEmailAsync(IdentityApp.Email));
        Assert.Equal((IdentityApp.Email, false), (user!.UserName, user.EmailConfirmed));
    }

    [Theory, OnBoth]
    public async Task A_bad_address_is_refused(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        foreach (var email in new[] { "", "ada", "@", "ada@", "@example.com", "ada@x@example.com" })
            (await app.PostAsync("/register", new { email, password = IdentityApp.Password })).IsInvalid("InvalidEmail");
    }

    [Theory, OnBoth]
    public async Task An_address_has_one_account(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        await app.RegisterAsync();

        (await app.PostAsync("/register", new { email = "ADA@example.com", password = IdentityApp.Password })).IsInvalid("DuplicateUserName");
    }

    [Theory, OnBoth]
    public async Task An_address_has_one_account_also_where_the_app_demands_it(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.User.RequireUniqueEmail = true);
        await app.RegisterAsync();

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = IdentityApp.Password }))
            .IsInvalid("DuplicateEmail", "DuplicateUserName");
    }

    [Theory, OnBoth]
    public async Task A_weak_password_is_refused_with_each_rule_that_it_breaks(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.PostAsync("/register", new { email = IdentityApp.Email, password = "abc" })).IsInvalid(
            "PasswordTooShort", "PasswordRequiresDigit", "PasswordRequiresNonAlphanumeric", "PasswordRequiresUpper");
    }

    [Theory, OnBoth]
    public async Task The_rules_are_those_of_the_app(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity =>
        {
            identity.Password.RequireDigit = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
            identity.Password.RequiredLength = 3;
        });

        await app.RegisterAsync(password: "abc");
    }

    [Theory, OnBoth]
    public async Task Both_members_are_needed(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.PostAsync("/register", new { password = IdentityApp.Password })).IsBadRequest();
        (await app.PostAsync("/register", new { email = IdentityApp.Email })).IsBadRequest();
    }
}
