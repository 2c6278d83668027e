using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.ExternalLogins;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class MailDomainsTests
{
    [Theory]
    [InlineData("ada@anything.example", "", "", true)]
    [InlineData("ada@example.com", "example.com", "", true)]
    [InlineData("ada@EXAMPLE.com", "Example.COM", "", true)]
    [InlineData("ada@example.com.", "example.com", "", true)]
    [InlineData("ada@sub.example.com", "example.com", "", false)]
    [InlineData("ada@notexample.com", "example.com", "", false)]
    [InlineData("ada@sub.example.com", "*.example.com", "", true)]
    [InlineData("ada@a.b.example.com", "*.example.com", "", true)]
    [InlineData("ada@example.com", "*.example.com", "", false)]
    [InlineData("ada@badexample.com", "*.example.com", "", false)]
    [InlineData("ada@example.com", "", "example.com", false)]
    [InlineData("ada@sub.example.com", "", "example.com", true)]
    [InlineData("ada@sub.example.com", "*.example.com", "sub.example.com", false)]
    [InlineData("ada@bücher.example", "xn--bcher-kva.example", "", true)]
    [InlineData("ada@xn--bcher-kva.example", "BÜCHER.example", "", true)]
    [InlineData("ada@bu\u0308cher.example", "", "bücher.example", false)]
    [InlineData("ada@mail.bücher.example", "", "*.bücher.example", false)]
    [InlineData("ada@-.example", "", "example.com", false)]
    [InlineData("ada@\uff45xample.com", "", "example.com", false)]
    [InlineData("ada@ex\u00adample.com", "", "example.com", false)]
    [InlineData("ada@ex\u200bample.com", "", "example.com", false)]
    [InlineData("ada@ex\ufe0fample.com", "", "example.com", false)]
    [InlineData("ada@example\u3002com", "", "example.com", false)]
    [InlineData("ada@example\uff0ecom", "", "example.com", false)]
    [InlineData("ada@\u24d4xample.com", "", "example.com", false)]
    [InlineData("ada@\U0001d41eexample.com", "", "example.com", false)]
    [InlineData("ada@\u1d49xample.com", "", "example.com", false)]
    [InlineData("ada@stra\u00dfe.example", "", "strasse.example", false)]
    [InlineData("ada@\u017fub.example", "", "sub.example", false)]
    [InlineData("ada@\ufb01sh.example", "", "fish.example", false)]
    [InlineData("ada@\u212aiel.example", "", "kiel.example", false)]
    [InlineData("ada@\u212aiel.example", "kiel.example", "", true)]
    [InlineData("ada@münchen.example", "", "example.com", true)]
    [InlineData("ada@例え.example", "", "example.com", true)]
    [InlineData("ada@-.example", "example.com", "", false)]
    [InlineData("ada@[192.0.2.7]", "example.com", "", false)]
    public void Domains_are_compared_in_one_form(string email, string allowed, string refused, bool isFine)
    {
        var options = new AccountOptions { AllowedMailDomains = List(allowed), RefusedMailDomains = List(refused) };

        Assert.Equal(isFine, new MailDomains(Options.Create(options)).Fault(email) is null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("ada@example.com")]
    [InlineData("exa mple.com")]
    [InlineData("a.*.example.com")]
    public void An_entry_that_is_no_domain_stops_the_start(string entry)
    {
        var fault = new AccountOptionsValidator().Validate(null, new AccountOptions { AllowedMailDomains = [entry] }).FailureMessage;

        Assert.StartsWith($"Accounts:AllowedMailDomains: '{entry}' is no domain", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_and_a_change_of_address_need_a_domain_that_is_allowed()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:AllowedMailDomains:0", "example.com"));
        var tokens = await email.App.RegisterAndLoginAsync();

        await email.RefusedAsync(
            "/register", new { email = "ada@other.example", password = HandstampApp.Password }, HttpStatusCode.BadRequest, "email_domain_not_allowed");
        await email.RefusedAsync(
            "/email/change", new { new_email = "ada@other.example" }, HttpStatusCode.BadRequest, "email_domain_not_allowed", tokens.AccessToken);
        await email.DoneAsync("/email/change", new { new_email = "ada.new@example.com" }, tokens.AccessToken);
    }

    [Fact]
    public async Task An_external_login_registers_only_with_a_proved_address_at_such_a_domain()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:AllowedMailDomains:0"] = "example.com" });

        await app.RefusedAsync(HttpStatusCode.BadRequest, "email_domain_not_allowed", ExternalApp.Ada with { Email = "ada@other.example" });
        await app.RefusedAsync(HttpStatusCode.Forbidden, "registration_closed", ExternalApp.Ada with { Verified = false });
        Assert.Empty(await app.AccountsAsync());
        await app.LoggedInAsync();
    }

    static string[] List(string entry) => entry.Length == 0 ? [] : [entry];
}
