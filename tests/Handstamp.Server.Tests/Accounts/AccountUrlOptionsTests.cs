using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The addresses of an app's own pages and of the terms.</summary>
public sealed class AccountUrlOptionsTests
{
    /// <summary>Each page, and the word in the example of its fault.</summary>
    static readonly (string Key, string Page, Action<AccountOptions, string> Set)[] Pages =
    [
        ("ResetUrl", "reset", (o, url) => o.ResetUrl = url),
        ("VerifyUrl", "verify", (o, url) => o.VerifyUrl = url),
        ("LoginUrl", "login", (o, url) => o.LoginUrl = url),
        ("EmailChangeUrl", "email", (o, url) => o.EmailChangeUrl = url),
        ("EmailUndoUrl", "undo", (o, url) => o.EmailUndoUrl = url),
        ("RestoreUrl", "restore", (o, url) => o.RestoreUrl = url),
        ("InvitationUrl", "invitation", (o, url) => o.InvitationUrl = url),
    ];

    [Theory]
    [InlineData("https://app.example.com/reset#{token}")]
    [InlineData("https://app.example.com/reset?token={token}")]
    [InlineData("http://localhost:3000/reset#{token}")]
    [InlineData("http://127.0.0.1/reset#{token}")]
    public void An_app_s_own_page_has_an_https_address_or_one_on_this_machine(string url)
    {
        foreach (var (_, _, set) in Pages) Assert.Empty(Faults(o => set(o, url)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/reset#{token}")]
    [InlineData("app.example.com/reset#{token}")]
    [InlineData("https://app.example.com/reset")]
    [InlineData("https://app.example.com/reset#{Token}")]
    [InlineData("https://app.example.com/reset#token")]
    [InlineData("http://app.example.com/reset#{token}")]
    [InlineData("ftp://localhost/reset#{token}")]
    [InlineData("javascript:alert('{token}')")]
    public void Any_other_address_is_refused_with_an_example(string url)
    {
        foreach (var (key, page, set) in Pages)
            Assert.Equal(
                [$"Accounts:{key} is '{url}'; it has to be an https address with {{token}} in it, such as https://app.example.com/{page}#{{token}}."],
                Faults(o => set(o, url)));
    }

    [Theory]
    [InlineData("https://example.com/terms", true)]
    [InlineData("http://localhost/terms", true)]
    [InlineData("http://example.com/terms", false)]
    [InlineData("ftp://localhost/terms", false)]
    [InlineData("/terms", false)]
    [InlineData("", false)]
    public void The_terms_and_what_is_done_with_data_have_https_addresses(string url, bool isFine)
    {
        Assert.Equal(
            Unless(isFine, $"Accounts:Terms:Url is '{url}'; it has to be an https address."),
            Faults(o => (o.Terms.Version, o.Terms.Url) = ("1", url)));
        Assert.Equal(
            Unless(isFine, $"Accounts:Terms:PrivacyUrl is '{url}'; it has to be an https address."),
            Faults(o => (o.Terms.Version, o.Terms.Url, o.Terms.PrivacyUrl) = ("1", "https://example.com/terms", url)));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("2026-01.b_C", true)]
    [InlineData("", false)]
    [InlineData("2026/01", false)]
    [InlineData("two words", false)]
    [InlineData("vér", false)]
    public void A_version_of_the_terms_is_plain(string version, bool isFine) => Assert.Equal(
        Unless(isFine, $"Accounts:Terms:Version is '{version}'; it has to have 1 to 64 letters, digits or .-_ characters."),
        Faults(o => (o.Terms.Version, o.Terms.Url) = (version, "https://example.com/terms")));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_version_of_the_terms_has_at_most_64_characters(int length, bool isFine) =>
        Assert.Equal(isFine, AccountTermsOptions.IsVersion(new string('1', length)));

    [Fact]
    public void A_version_without_an_address_and_data_without_terms_are_both_named() => Assert.Equal(
        [
            "Accounts:Terms:Version and Accounts:Terms:Url have to be set together.",
            "Accounts:Terms:PrivacyUrl is only shown beside the terms; set Accounts:Terms:Version and Accounts:Terms:Url too.",
        ],
        Faults(o => (o.Terms.Url, o.Terms.PrivacyUrl) = ("https://example.com/terms", "https://example.com/privacy")));

    static string[] Unless(bool isFine, string fault) => isFine ? [] : [fault];

    static IEnumerable<string> Faults(Action<AccountOptions> change)
    {
        var options = new AccountOptions();
        change(options);
        return new AccountOptionsValidator().Validate(null, options).Failures ?? [];
    }
}
