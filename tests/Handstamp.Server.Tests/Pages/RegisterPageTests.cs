using System.Net;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class RegisterPageTests
{
    const string Path = "/account/register";

    [Fact]
    public async Task A_person_who_registers_is_logged_in()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);

        var sent = await SendAsync(browser, await browser.GetAsync($"{Path}?return=%2Faccount%2Fpassword"));

        Assert.Equal((HttpStatusCode.SeeOther, "/account/password"), (sent.Status, sent.Location));
        Assert.True((await browser.GetAsync("/account")).Has(HandstampApp.Email));
    }

    [Theory]
    [InlineData(HandstampApp.Email, HandstampApp.Password, 409, "An account with this e-mail address already exists. Log in instead.")]
    [InlineData("eve@example.com", "password", 400, "This password is too common. Choose another one.")]
    [InlineData("eve", HandstampApp.Password, 400, "This is not an e-mail address. It has to look like name@example.com.")]
    public async Task A_refusal_is_shown_with_the_form(string email, string password, int status, string fault)
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);

        var page = await SendAsync(browser, await browser.GetAsync(Path), email, password);

        Assert.Equal((status, fault), ((int)page.Status, page.Fault));
        Assert.True(page.Has($"value=\"{email}\""));
        Assert.DoesNotContain($"value=\"{password}\"", page.Html, StringComparison.Ordinal);
        Assert.Null(browser.SessionToken);
    }

    [Fact]
    public async Task A_password_that_was_mistyped_is_noticed()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);

        var page = await browser.SubmitAsync(await browser.GetAsync(Path), Path,
            ("email", HandstampApp.Email), ("password", HandstampApp.Password), ("again", HandstampApp.Password + "x"));

        Assert.Equal((HttpStatusCode.BadRequest, "The two passwords do not match. Enter them again."), (page.Status, page.Fault));
    }

    [Fact]
    public async Task A_closed_registration_is_not_offered_and_refuses_everybody()
    {
        await using var open = await HandstampApp.StartAsync();
        await using var closed = await HandstampApp.StartAsync(new() { ["Accounts:Registration"] = "closed" });
        using var before = new PageBrowser(open);
        using var browser = new PageBrowser(closed);
        var form = await before.GetAsync(Path);

        var login = await browser.GetAsync("/account/login");
        var page = await browser.GetAsync(Path);
        var sent = await SendAsync(browser, form);

        Assert.DoesNotContain(Path, login.Html, StringComparison.Ordinal);
        foreach (var refused in new[] { page, sent })
            Assert.Equal((HttpStatusCode.Forbidden, "New accounts can't be created here. Contact the operator of this service."), (refused.Status, refused.Fault));
        // A visitor has no account to go back to.
        Assert.DoesNotContain("Back to my account", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_registrations_have_to_wait()
    {
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["Accounts:Throttle:RegistrationFree"] = "1",
            ["Accounts:Throttle:RegistrationFirstDelay"] = "00:05:00",
        });
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        var form = await browser.GetAsync(Path);
        await SendAsync(browser, form);

        var page = await SendAsync(browser, form, "eve@example.com");

        Assert.Equal((HttpStatusCode.TooManyRequests, "300"), (page.Status, page.Headers["Retry-After"]));
        Assert.Equal("There were too many attempts. Try again in 5 min.", page.Fault);
    }

    [Fact]
    public async Task The_hint_says_how_long_a_password_must_be()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Password:MinLength"] = "15" });
        using var browser = new PageBrowser(app);
        Assert.True((await browser.GetAsync(Path)).Has("At least 15 characters."));
    }

    static Task<Page> SendAsync(PageBrowser browser, Page form, string email = HandstampApp.Email, string password = HandstampApp.Password) =>
        browser.SubmitAsync(form, Path, ("email", email), ("password", password), ("again", password));
}
