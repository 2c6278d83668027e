using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The settings under <c>Passkeys</c>.</summary>
sealed class PasskeyOptions
{
    /// <summary>
    /// The domain that passkeys belong to: by default the host of the issuer. Passkeys that were made for one domain
    /// do not work for another.
    /// </summary>
    public string? RelyingPartyId { get; set; }

    /// <summary>Origins whose pages may use passkeys, besides the service's own: <c>https://app.example.com</c>.</summary>
    public IReadOnlyList<string> Origins { get; set; } = [];

    /// <summary>
    /// Mobile apps that may use passkeys. An Apple app by its id, <c>ABCDE12345.com.example.app</c>; an Android app by its
    /// package and the SHA-256 fingerprint of its certificate, <c>com.example.app=14:6D:…</c>.
    /// </summary>
    public IReadOnlyList<string> Apps { get; set; } = [];
}

/// <summary>For every setting that cannot be used, says which one and why.</summary>
sealed class PasskeyOptionsValidator : IValidateOptions<PasskeyOptions>
{
    public ValidateOptionsResult Validate(string? name, PasskeyOptions options)
    {
        string[] faults = [.. DomainFaults(options.RelyingPartyId), .. OriginFaults(options.Origins), .. AppFaults(options.Apps)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> DomainFaults(string? domain) => domain is null || IsDomain(domain)
        ? []
        : [$"Passkeys:RelyingPartyId is '{domain}'; it has to be a domain in lower case, such as example.com."];

    static IEnumerable<string> OriginFaults(IEnumerable<string> origins) => origins.Where(origin => !IsOrigin(origin)).Select(origin =>
        $"Passkeys:Origins contains '{origin}'; an origin is https:// and a host, such as https://app.example.com.");

    static IEnumerable<string> AppFaults(IEnumerable<string> apps) => apps.Where(app => PasskeyApp.Parse(app) is null).Select(app =>
        $"Passkeys:Apps contains '{app}'; an app is ABCDE12345.com.example.app (Apple), or com.example.app=FINGERPRINT with the "
        + "SHA-256 fingerprint of its certificate (Android).");

    static bool IsDomain(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns && !text.Any(char.IsAsciiLetterUpper);

    // WebAuthn works only in secure contexts.
    static bool IsOrigin(string text) =>
        CorsSettingsValidator.IsOrigin(text) && new Uri(text) is { Scheme: "https" } or { Scheme: "http", IsLoopback: true };
}
