using Handstamp.Server.Accounts.Challenges;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

/// <summary>What is wrong with the settings of a service that checks visitors.</summary>
public sealed class SiteVerifyFaultsTests
{
    static readonly string[] Needed = ["SiteKey", "Secret", "Url", "Script", "Class", "Field"];

    [Fact]
    public void Settings_that_name_no_service_are_right() => Assert.Empty(SiteVerifyWidget.Faults(new()));

    [Fact]
    public void A_service_with_all_that_it_needs_is_right()
    {
        foreach (var service in Enum.GetValues<SiteVerifyService>())
            Assert.Empty(Faults(o => o.Service = service));
        Assert.Empty(SiteVerifyWidget.Faults(new()
        {
            SiteKey = "a-key",
            Secret = "a-secret",
            Url = "https://verify.example/check",
            Script = "https://cdn.example/widget.js",
            Class = "a-widget",
            Field = "a-response",
        }));
    }

    [Fact]
    public void Each_setting_alone_needs_the_others()
    {
        SiteVerifyOptions[] alone =
        [
            new() { Service = SiteVerifyService.ReCaptcha },
            new() { SiteKey = "a-key" },
            new() { Secret = "a-secret" },
            new() { Url = "https://verify.example/check" },
            new() { Script = "https://cdn.example/widget.js" },
            new() { Sources = ["https://cdn.example"] },
            new() { Class = "a-widget" },
            new() { Field = "a-response" },
        ];

        Assert.All(alone, options => Assert.Contains(" is missing.", SiteVerifyWidget.Faults(options).First(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_known_service_lacks_only_the_keys_of_the_site()
    {
        string[] missing = ["Challenge:SiteVerify:SiteKey is missing.", "Challenge:SiteVerify:Secret is missing."];

        Assert.Equal(missing, SiteVerifyWidget.Faults(new() { Service = SiteVerifyService.HCaptcha }));
        Assert.Equal(missing, Faults(o => (o.SiteKey, o.Secret) = ("", " ")));
    }

    [Fact]
    public void What_is_set_to_nothing_is_missing_although_the_service_is_known()
    {
        Assert.Equal(
            [
                "Challenge:SiteVerify:Url is missing.", "Challenge:SiteVerify:Script is missing.",
                "Challenge:SiteVerify:Class is missing.", "Challenge:SiteVerify:Field is missing.",
            ],
            Faults(o => (o.Url, o.Script, o.Class, o.Field) = ("", "", " ", " ")).Take(4));
    }

    [Fact]
    public void Another_service_lacks_everything()
    {
        const string Why = "Without Challenge:SiteVerify:Service, all of SiteKey, Secret, Url, Script, Class and Field have to be set.";

        Assert.Equal(
            Needed.Select(name => $"Challenge:SiteVerify:{name} is missing. {Why}"),
            SiteVerifyWidget.Faults(new() { Sources = ["https://cdn.example"] }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_service_that_does_not_exist_is_the_only_fault(int service) => Assert.Equal(
        [$"Challenge:SiteVerify:Service is {service}; it has to be turnstile, hcaptcha or recaptcha."],
        SiteVerifyWidget.Faults(new() { Service = (SiteVerifyService)service, Class = "a b" }));

    [Theory]
    [InlineData("https://verify.example/check", true)]
    [InlineData("http://127.0.0.1:8080/check", true)]
    [InlineData("http://localhost/check", true)]
    [InlineData("http://verify.example/check", false)]
    [InlineData("ftp://127.0.0.1/check", false)]
    [InlineData("verify.example", false)]
    [InlineData("/check", false)]
    public void The_addresses_are_of_https_or_of_this_machine(string address, bool isSafe)
    {
        string[] unsafes =
        [
            $"Challenge:SiteVerify:Url is '{address}'; it has to be an address with https.",
            $"Challenge:SiteVerify:Script is '{address}'; it has to be an address with https.",
        ];

        Assert.Equal(isSafe ? [] : unsafes, Faults(o => (o.Url, o.Script) = (address, address)));
    }

    [Theory]
    [InlineData("https://cdn.example", true)]
    [InlineData("https://*.example.com", true)]
    [InlineData("https://a-b_c.example:8443/x/", true)]
    [InlineData("http://127.0.0.1", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:1", true)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("'self'", false)]
    [InlineData("https://", false)]
    [InlineData("http://cdn.example", false)]
    [InlineData("http://127x0x0x1", false)]
    [InlineData("http://localhost:", false)]
    [InlineData("http://localhost.example", false)]
    [InlineData("https://a.example; object-src *", false)]
    [InlineData("https://a.example https://b.example", false)]
    [InlineData(" https://a.example", false)]
    [InlineData("https://a.example\n", false)]
    public void A_source_has_one_form(string source, bool isRight) => Assert.Equal(
        isRight ? [] : new[] { $"Challenge:SiteVerify:Sources contains '{source}'; a source is an address with https, such as https://*.example.com." },
        Faults(o => o.Sources = ["https://cdn.example", source]));

    [Theory]
    [InlineData("a", true)]
    [InlineData("aZ-_9", true)]
    [InlineData("a b", false)]
    [InlineData("a\"b", false)]
    [InlineData("\u00fc", false)]
    [InlineData("a\n", false)]
    public void A_class_and_a_field_have_letters_digits_and_two_signs(string word, bool isRight) =>
        Assert.Equal(isRight ? [] : WordFaults(word), Faults(o => (o.Class, o.Field) = (word, word)));

    [Fact]
    public void A_class_and_a_field_have_at_most_64_characters()
    {
        var (longest, longer) = (new string('a', 64), new string('a', 65));

        Assert.Empty(Faults(o => (o.Class, o.Field) = (longest, longest)));
        Assert.Equal(WordFaults(longer), Faults(o => (o.Class, o.Field) = (longer, longer)));
    }

    [Theory]
    [InlineData("form")]
    [InlineData("email")]
    [InlineData("username")]
    [InlineData("password")]
    [InlineData("again")]
    [InlineData("return")]
    [InlineData("remember")]
    [InlineData("terms")]
    [InlineData("altcha")]
    [InlineData("Email")]
    public void A_field_of_the_pages_cannot_be_that_of_the_widget(string field)
    {
        Assert.Equal([$"Challenge:SiteVerify:Field is '{field}', which is a field of the pages."], Faults(o => o.Field = field));
        Assert.Empty(Faults(o => o.Class = field));
    }

    static string[] WordFaults(string word) =>
    [
        $"Challenge:SiteVerify:Class is '{word}'; it can have letters, digits, '-' and '_'.",
        $"Challenge:SiteVerify:Field is '{word}'; it can have letters, digits, '-' and '_'.",
    ];

    /// <summary>Those of a service that is known and has its keys, after the change.</summary>
    static IEnumerable<string> Faults(Action<SiteVerifyOptions> change)
    {
        var options = new SiteVerifyOptions { Service = SiteVerifyService.Turnstile, SiteKey = "a-key", Secret = "a-secret" };
        change(options);
        return SiteVerifyWidget.Faults(options);
    }
}
