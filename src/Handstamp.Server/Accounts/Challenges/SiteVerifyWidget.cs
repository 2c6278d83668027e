using System.Text.RegularExpressions;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>A service with a <c>siteverify</c> route, and its widget.</summary>
/// <param name="Name">For programs: <c>turnstile</c>, <c>hcaptcha</c>, <c>recaptcha</c>, or <c>siteverify</c> for another one.</param>
/// <param name="SiteKey">The public key of the site.</param>
/// <param name="Secret">The secret of the site.</param>
/// <param name="Url">The address that verifies responses.</param>
/// <param name="Script">The address of the widget's script.</param>
/// <param name="Sources">Where the script and the frames of the widget come from, as a Content-Security-Policy has it.</param>
/// <param name="Class">The class of the element in which the script shows the widget.</param>
/// <param name="Field">The field that the widget puts into the form.</param>
sealed partial record SiteVerifyWidget(string Name, string SiteKey, string Secret, Uri Url, Uri Script, string Sources, string Class, string Field)
{
    /// <summary>What a widget calls a login, a registration and a mail, if it names an action.</summary>
    public const string Action = "handstamp";

    /// <summary>Null if the settings name no service. They were validated.</summary>
    public static SiteVerifyWidget? Of(SiteVerifyOptions options)
    {
        if (!IsUsed(options)) return null;
        var known = Known(options.Service);
        var script = new Uri(options.Script ?? known!.Script);
        return new SiteVerifyWidget(
            options.Service?.ToString().ToLowerInvariant() ?? "siteverify", options.SiteKey!, options.Secret!, new Uri(options.Url ?? known!.Url), script,
            options.Sources.Count > 0 ? string.Join(' ', options.Sources) : known?.Sources ?? script.GetLeftPart(UriPartial.Authority), options.Class ?? known!.Class, options.Field ?? known!.Field);
    }

    /// <summary>What is wrong with the settings.</summary>
    public static IEnumerable<string> Faults(SiteVerifyOptions options)
    {
        if (!IsUsed(options)) yield break;
        if (options.Service is { } service && !Enum.IsDefined(service))
        {
            yield return $"Challenge:SiteVerify:Service is {service}; it has to be turnstile, hcaptcha or recaptcha.";
            yield break;
        }
        var known = Known(options.Service);
        (string Name, string? Value)[] needed =
        [
            ("SiteKey", options.SiteKey), ("Secret", options.Secret), ("Url", options.Url ?? known?.Url), ("Script", options.Script ?? known?.Script),
            ("Class", options.Class ?? known?.Class), ("Field", options.Field ?? known?.Field),
        ];
        foreach (var (name, _) in needed.Where(one => string.IsNullOrWhiteSpace(one.Value)))
            yield return known is null
                ? $"Challenge:SiteVerify:{name} is missing. Without Challenge:SiteVerify:Service, all of SiteKey, Secret, Url, Script, Class and Field have to be set."
                : $"Challenge:SiteVerify:{name} is missing.";
        foreach (var (name, value) in new[] { ("Url", options.Url), ("Script", options.Script) })
            if (value is not null && !IsSafe(value)) yield return $"Challenge:SiteVerify:{name} is '{value}'; it has to be an address with https.";
        foreach (var wrong in options.Sources.Where(source => !Source().IsMatch(source)))
            yield return $"Challenge:SiteVerify:Sources contains '{wrong}'; a source is an address with https, such as https://*.example.com.";
        foreach (var (name, value) in new[] { ("Class", options.Class), ("Field", options.Field) })
            if (value is not null && !Word().IsMatch(value)) yield return $"Challenge:SiteVerify:{name} is '{value}'; it can have letters, digits, '-' and '_'.";
        if (options.Field is { } field && Reserved.Contains(field, StringComparer.OrdinalIgnoreCase)) yield return $"Challenge:SiteVerify:Field is '{field}', which is a field of the pages.";
    }

    // In a form, each name is used once, whatever its letter case.
    static readonly string[] Reserved = ["form", "email", "username", "password", "again", "return", "remember", "terms", "altcha"];

    static bool IsUsed(SiteVerifyOptions options) =>
        options is not { Service: null, SiteKey: null, Secret: null, Url: null, Script: null, Sources.Count: 0, Class: null, Field: null };

    // As the three services document it, in November 2026.
    static KnownService? Known(SiteVerifyService? service) => service switch
    {
        SiteVerifyService.Turnstile => new(
            "https://challenges.cloudflare.com/turnstile/v0/siteverify", "https://challenges.cloudflare.com/turnstile/v0/api.js",
            "https://challenges.cloudflare.com", "cf-turnstile", "cf-turnstile-response"),
        // The parameter leaves the field of reCAPTCHA out, which the widget would add as a second one.
        SiteVerifyService.HCaptcha => new(
            "https://api.hcaptcha.com/siteverify", "https://js.hcaptcha.com/1/api.js?recaptchacompat=off",
            "https://hcaptcha.com https://*.hcaptcha.com", "h-captcha", "h-captcha-response"),
        SiteVerifyService.ReCaptcha => new(
            "https://www.google.com/recaptcha/api/siteverify", "https://www.google.com/recaptcha/api.js",
            "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
            "g-recaptcha", "g-recaptcha-response"),
        _ => null,
    };

    // A service on this machine is one of a test.
    static bool IsSafe(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && OutgoingHttp.IsSecure(address);

    [GeneratedRegex(@"^(https://[A-Za-z0-9.*:/_-]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)\z")]
    private static partial Regex Source();

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Word();

    sealed record KnownService(string Url, string Script, string Sources, string Class, string Field);
}
