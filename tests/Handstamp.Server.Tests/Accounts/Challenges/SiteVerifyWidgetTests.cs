using Handstamp.Server.Accounts.Challenges;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Challenges;

/// <summary>The widget of each service that is known, and of another one.</summary>
public sealed class SiteVerifyWidgetTests
{
    static SiteVerifyOptions Another() => new()
    {
        SiteKey = "a-key",
        Secret = "a-secret",
        Url = "https://verify.example/check",
        Script = "https://cdn.example:8443/widget.js?v=1",
        Class = "a-widget",
        Field = "a-response",
    };

    [Theory]
    [InlineData(
        "turnstile", "https://challenges.cloudflare.com/turnstile/v0/siteverify", "https://challenges.cloudflare.com/turnstile/v0/api.js",
        "https://challenges.cloudflare.com", "cf-turnstile", "cf-turnstile-response")]
    [InlineData(
        "hcaptcha", "https://api.hcaptcha.com/siteverify", "https://js.hcaptcha.com/1/api.js?recaptchacompat=off",
        "https://hcaptcha.com https://*.hcaptcha.com", "h-captcha", "h-captcha-response")]
    [InlineData(
        "recaptcha", "https://www.google.com/recaptcha/api/siteverify", "https://www.google.com/recaptcha/api.js",
        "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
        "g-recaptcha", "g-recaptcha-response")]
    public void A_known_service_needs_only_the_keys_of_the_site(string name, string url, string script, string sources, string css, string field)
    {
        var service = Enum.Parse<SiteVerifyService>(name, ignoreCase: true);

        var widget = SiteVerifyWidget.Of(new() { Service = service, SiteKey = "a-key", Secret = "a-secret" });

        Assert.Equal(new SiteVerifyWidget(name, "a-key", "a-secret", new Uri(url), new Uri(script), sources, css, field), widget);
    }

    [Fact]
    public void Another_service_is_as_the_settings_say_and_its_sources_are_the_origin_of_its_script() => Assert.Equal(
        new SiteVerifyWidget(
            "siteverify", "a-key", "a-secret", new Uri("https://verify.example/check"), new Uri("https://cdn.example:8443/widget.js?v=1"),
            "https://cdn.example:8443", "a-widget", "a-response"),
        SiteVerifyWidget.Of(Another()));

    [Fact]
    public void Sources_that_are_set_take_the_place_of_all_others()
    {
        var (known, another) = (Another(), Another());
        known.Service = SiteVerifyService.HCaptcha;
        known.Sources = ["https://a.example"];
        another.Sources = ["https://a.example", "https://*.b.example"];

        Assert.Equal("https://a.example", SiteVerifyWidget.Of(known)!.Sources);
        Assert.Equal("https://a.example https://*.b.example", SiteVerifyWidget.Of(another)!.Sources);
    }

    [Fact]
    public void A_setting_takes_the_place_of_what_is_known()
    {
        var options = Another();
        options.Service = SiteVerifyService.Turnstile;

        Assert.Equal(
            new SiteVerifyWidget(
                "turnstile", "a-key", "a-secret", new Uri("https://verify.example/check"), new Uri("https://cdn.example:8443/widget.js?v=1"),
                "https://challenges.cloudflare.com", "a-widget", "a-response"),
            SiteVerifyWidget.Of(options));
    }

    [Fact]
    public void Without_settings_there_is_no_widget() => Assert.Null(SiteVerifyWidget.Of(new()));

    [Fact]
    public void A_widget_names_this_action() => Assert.Equal("handstamp", SiteVerifyWidget.Action);
}
