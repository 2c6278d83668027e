using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using Handstamp.Pages;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class LanguagesTests
{
    static readonly Languages Known = new();

    static readonly Texts English = Known.All.Single(texts => texts.Language == "en");

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("de", "de")]
    [InlineData("DE-at", "de")]
    [InlineData("fr, de;q=0.5, en;q=0.4", "de")]
    [InlineData("en;q=0.4, de;q=0.5", "de")]
    [InlineData("de;q=0, en;q=0.1", "en")]
    [InlineData("de, en", "de")]
    [InlineData("fr", "en")]
    [InlineData("den", "en")]
    [InlineData("*", "en")]
    [InlineData("\u0000;;;q=q,,=", "en")]
    public void The_language_is_the_visitors_preferred_one(string? wish, string language)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.AcceptLanguage = wish;
        Assert.Equal(language, Known.For(request).Language);
    }

    [Fact]
    public async Task A_page_says_which_language_it_is_in()
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        browser.Headers["Accept-Language"] = "de-CH";

        var page = await browser.GetAsync("/account/login");

        Assert.Equal(("Anmelden – Handstamp", "de"), (page.Title, page.Headers["Content-Language"]));
        Assert.Contains("<html lang=\"de\">", page.Html, StringComparison.Ordinal);
        Assert.Equal("Accept-Language", page.Headers["Vary"]);
    }

    [Theory]
    [InlineData("en", "This password is too short. Choose a longer one.")]
    [InlineData("de", "Dieses Passwort ist zu kurz. Wählen Sie ein längeres.")]
    public async Task A_page_says_which_rule_a_password_breaks_in_its_language(string language, string fault)
    {
        await using var app = await HandstampApp.StartAsync();
        using var browser = new PageBrowser(app);
        browser.Headers["Accept-Language"] = language;

        var page = await browser.SubmitAsync(await browser.GetAsync("/account/register"), "/account/register",
            ("email", HandstampApp.Email), ("password", "umbrell"), ("again", "umbrell"));

        Assert.Equal(fault, page.Fault);
    }

    [Fact]
    public void Every_language_has_every_text_with_the_same_places()
    {
        Assert.Equal(["de", "en"], Known.All.Select(texts => texts.Language).Order());
        Assert.All(Known.All, texts =>
        {
            Assert.Equal(English.Refusals.Keys, texts.Refusals.Keys);
            Assert.Equal(PasswordRules.All, texts.PasswordRules.Keys);
            Assert.Equal(English.Activities.Keys, texts.Activities.Keys);
            Assert.Equal(English.FieldFaults.Keys, texts.FieldFaults.Keys);
            Assert.All(TextsOf(English).Zip(TextsOf(texts)), pair => Assert.Equal(Places(pair.First), Places(pair.Second)));
            Assert.All(TextsOf(texts), text => Assert.False(string.IsNullOrWhiteSpace(text)));
        });
    }

    /// <summary>Each refusal of the operations that the pages call.</summary>
    public static TheoryData<string> Refusals =>
    [
        .. new[]
        {
            new AccountOutcome.AddressTaken().ToRefusal(), new AccountOutcome.Invalid("").ToRefusal(),
            new AccountOutcome.WeakPassword(new("", "")).ToRefusal(), new AccountOutcome.Changed().ToRefusal(),
            new AccountOutcome.Throttled(default).ToRefusal(), new AccountOutcome.Busy(default).ToRefusal(),
            new CredentialOutcome.Wrong().ToRefusal(), new CredentialOutcome.Disabled().ToRefusal(),
            new CredentialOutcome.Malformed("").ToRefusal(), new CredentialOutcome.Throttled(default).ToRefusal(),
            new CredentialOutcome.Busy(default).ToRefusal(), new CredentialOutcome.NotVerified().ToRefusal(),
            new CredentialOutcome.Locked().ToRefusal(), new CredentialOutcome.NotKnown(default).ToRefusal(),
        }.Select(refusal => refusal.Problem.Code).Distinct(),
        // Of a session, of the edge and of the gate.
        Problems.EmailTokenInvalid.Code, Problems.LoginCodeInvalid.Code, Problems.LoginByMailDisabled.Code,
        Problems.ChallengeRequired.Code, Problems.ChallengeUnavailable.Code,
        Problems.TooManySessions.Code, Problems.RefreshTokenSuperseded.Code, Problems.StorageUnavailable.Code, Problems.SessionRevoked.Code,
        Problems.InternalError.Code, Problems.OriginNotAllowed.Code, Problems.UnsupportedMediaType.Code,
        Problems.BodyTooLarge.Code, Problems.SessionNotFound.Code, Problems.RegistrationClosed.Code,
        Problems.MailNotConfigured.Code, Problems.ResetTokenInvalid.Code,
        Problems.UsernameTaken.Code, Problems.InvitationInvalid.Code, Problems.EmailDomainNotAllowed.Code, Problems.TermsNotAccepted.Code,
        Problems.MfaCodeInvalid.Code, Problems.MfaTokenInvalid.Code, Problems.FactorNotFound.Code, Problems.LastFactor.Code,
        Problems.TooManyFactors.Code, Problems.MfaNotEnabled.Code,
        Problems.PasskeyCeremonyInvalid.Code, Problems.PasskeyExists.Code, Problems.PasskeyInvalid.Code, Problems.PasskeyNotFound.Code,
        Problems.PasskeyUnknown.Code, Problems.TooManyPasskeys.Code,
        Problems.ExternalLoginFailed.Code, Problems.ExternalLoginAccountExists.Code, Problems.ExternalLoginTaken.Code,
        Problems.LastLoginMethod.Code, Problems.ExternalLoginNotFound.Code, Problems.ExternalProviderUnavailable.Code,
        Problems.NotFound.Code, Problems.MethodNotAllowed.Code,
        .. Problems.All.Where(problem => problem.MetBy == MetBy.Pages).Select(problem => problem.Code),
    ];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_that_a_page_can_show_has_a_text(string code) => Assert.Contains(code, English.Refusals.Keys);

    [Fact]
    public void No_text_is_for_a_refusal_that_does_not_exist() =>
        Assert.Equal(Refusals.Select(row => row.Data).Distinct().Order(), English.Refusals.Keys.Order());

    [Fact]
    public void Everything_that_owners_are_shown_has_a_sentence() =>
        Assert.All(ActivityOperations.Shown, kind => Assert.Contains(kind.Name(), English.Activities.Keys));

    [Fact]
    public void Every_link_in_a_text_leads_to_a_page_and_is_the_same_in_every_language()
    {
        var links = Links(English).ToArray();
        Assert.NotEmpty(links);
        Assert.All(Known.All, texts => Assert.Equal(links, Links(texts)));
        var pages = new PageLinks(Options.Create(new HandstampOptions()), new Brand(Options.Create(new PagesOptions())));
        Assert.All(links, link => Assert.Contains(
            "href=\"/account/", LinkedText.Html($"[x]({link})", pages, HtmlEncoder.Default).ToString(), StringComparison.Ordinal));
    }

    static IEnumerable<string> Links(Texts texts) =>
        TextsOf(texts).SelectMany(text => Regex.Matches(text, @"\]\(([a-z-]+)\)").Select(link => link.Groups[1].Value));

    static IEnumerable<string> TextsOf(Texts texts) =>
    [
        .. typeof(Texts).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType == typeof(string))
            .Select(property => (string)property.GetValue(texts)!),
        .. texts.Refusals.Values,
        .. texts.Activities.Values,
        .. texts.FieldFaults.Values,
        .. texts.PasswordRules.Values,
    ];

    static IEnumerable<string> Places(string text) => Regex.Matches(text, @"\{\w+\}").Select(match => match.Value).Order();
}
