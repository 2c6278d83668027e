using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>GET /confirmEmail</c> and <c>POST /resendConfirmationEmail</c></summary>
public sealed class ConfirmEmailTests
{
    static Task<IdentityApp> StartStrictAsync(Wire wire) =>
        IdentityApp.StartAsync(wire, identity => identity.SignIn.RequireConfirmedAccount = true);

    [Theory, OnBoth]
    public async Task The_link_of_the_mail_opens_the_account(Wire wire)
    {
        await using var app = await StartStrictAsync(wire);
        await app.RegisterAsync();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("NotAllowed");
        var confirmed = (await app.GetAsync(app.Mails.Only.Text)).IsOk();

        Assert.Equal(("text/plain; charset=utf-8", "Thank you for confirming your email."), (confirmed.ContentType, confirmed.Body));
        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task An_app_may_demand_only_the_address(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.SignIn.RequireConfirmedEmail = true);
        await app.RegisterAsync();

        (await app.PostAsync("/login", new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("NotAllowed");
        (await app.GetAsync(app.Mails.Only.Text)).IsOk();
        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task The_link_is_absolute_and_on_the_host_of_the_request(Wire wire)
    {
        await using var app = await StartStrictAsync(wire);
        await app.RegisterAsync();

        var link = new Uri(app.Mails.Only.Text);

        Assert.Equal(new Uri(app.Address, "/confirmEmail"), new Uri(link.GetLeftPart(UriPartial.Path)));
        Assert.Equal(["code", "userId"], QueryHelpers.ParseQuery(link.Query).Keys.Order());
    }

    [Theory, OnBoth]
    public async Task A_wrong_code_or_user_is_refused(Wire wire)
    {
        await using var app = await StartStrictAsync(wire);
        await app.RegisterAsync();
        var query = QueryHelpers.ParseQuery(new Uri(app.Mails.Only.Text).Query);
        var (user, code) = (query["userId"].ToString(), query["code"].ToString());

        foreach (var other in new[] { "%25%25%25", "AAAA", Base64Url.EncodeToString("x"u8), "%C3%BC", code[..^4] })
            (await app.GetAsync($"/confirmEmail?userId={user}&code={other}")).IsUnauthorized();
        (await app.GetAsync($"/confirmEmail?userId=nobody&code={code}")).IsUnauthorized();
        (await app.GetAsync($"/confirmEmail?userId={user}&code={code}&changedEmail=eve@example.com")).IsUnauthorized();
        (await app.GetAsync($"/confirmEmail?userId={user}")).IsBadRequest();
        (await app.GetAsync($"/confirmEmail?code={code}")).IsBadRequest();
        (await app.GetAsync("/confirmEmail")).IsBadRequest();
    }

    [Theory, OnBoth]
    public async Task It_can_be_sent_again_and_an_unknown_address_looks_alike(Wire wire)
    {
        await using var app = await StartStrictAsync(wire);
        await app.RegisterAsync();

        (await app.PostAsync("/resendConfirmationEmail", new { email = "nobody@example.com" })).IsEmptyOk();
        (await app.PostAsync("/resendConfirmationEmail", new { email = "wrong" })).IsEmptyOk();
        (await app.PostAsync("/resendConfirmationEmail", new { email = IdentityApp.Email })).IsEmptyOk();
        (await app.PostAsync("/resendConfirmationEmail", new { })).IsBadRequest();

        Assert.Equal([("link", IdentityApp.Email), ("link", IdentityApp.Email)], app.Mails.Sent.Select(mail => (mail.Kind, mail.To)));
        (await app.GetAsync(app.Mails.Last.Text)).IsOk();
        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task The_code_is_in_the_alphabet_of_addresses(Wire wire)
    {
        await using var app = await StartStrictAsync(wire);
        await app.RegisterAsync();

        var code = QueryHelpers.ParseQuery(new Uri(app.Mails.Only.Text).Query)["code"].ToString();

        Assert.NotEmpty(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(code)));
        Assert.Contains("&amp;", app.Mails.Only.Html, StringComparison.Ordinal);
    }
}
