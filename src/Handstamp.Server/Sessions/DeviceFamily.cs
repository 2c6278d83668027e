using Handstamp.Server.Audit;

namespace Handstamp.Server.Sessions;

/// <summary>The kind of a device, according to its user agent: without versions, which change with each update.</summary>
/// <param name="Browser">A known browser, or null.</param>
/// <param name="System">A known system, or null.</param>
/// <param name="Product">The product that the user agent begins with, or null.</param>
readonly record struct DeviceFamily(string? Browser, string? System, string? Product)
{
    // The most specific name first: Edge and Opera claim to be Chrome, and Chrome claims to be Safari.
    static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    static readonly (string Sign, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    public static DeviceFamily Of(string? userAgent) => new(Find(Browsers, userAgent), Find(Systems, userAgent), ProductOf(userAgent));

    /// <summary>
    /// Whether none of these is of the same family and network. Without any there is nothing to compare with: it is the first login
    /// of the account, or the first one for a long time.
    /// </summary>
    public static bool IsNew(SeenDevice device, IReadOnlyList<SeenDevice> seen) =>
        seen.Count > 0 && !seen.Any(known => Of(known.UserAgent) == Of(device.UserAgent) && NetworkOf(known) == NetworkOf(device));

    // A network and not an address: providers give their subscribers another one each day.
    static string? NetworkOf(SeenDevice device) => device.Address?.AuditNetwork().ToString();

    static string? Find((string Sign, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(entry => userAgent.Contains(entry.Sign, StringComparison.Ordinal)).Name;

    // RFC 9110 §10.1.5: the most important product comes first. "curl/8.14.1" is curl.
    static string? ProductOf(string? userAgent) => userAgent?.Split('/', ' ')[0] is { Length: > 0 } product ? product : null;
}
