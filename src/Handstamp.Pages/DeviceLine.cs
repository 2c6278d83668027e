using System.Globalization;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>A session as its owner knows it.</summary>
sealed record DeviceLine(Guid Id, string Label, string? Name, string? Address, Day LoggedIn, Day LastUsed, bool IsThis)
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

    public static DeviceLine Of(ListedSession listed, Guid current, Texts texts)
    {
        var (session, device) = (listed.Session, listed.Device);
        return new DeviceLine(
            session.Id, device.Name ?? Describe(device.UserAgent, texts), device.Name, device.Address?.ToString(),
            new Day(device.CreatedAt, texts.DateFormat),
            new Day(WholeHour.Before(session.Rotation.IssuedAt, atLeast: device.CreatedAt), texts.DateFormat),
            session.Id == current);
    }

    static string Describe(string? userAgent, Texts texts) => (Find(Browsers, userAgent), Find(Systems, userAgent)) switch
    {
        ({ } browser, { } system) => texts.BrowserOnSystem.With("browser", browser).With("system", system),
        var (browser, system) => browser ?? system ?? Product(userAgent) ?? texts.UnknownDevice,
    };

    static string? Find((string Sign, string Name)[] known, string? userAgent) =>
        userAgent is null ? null : known.FirstOrDefault(entry => userAgent.Contains(entry.Sign, StringComparison.Ordinal)).Name;

    // RFC 9110 §10.1.5: the most important product comes first. "curl/8.14.1" is curl.
    static string? Product(string? userAgent) => userAgent?.Split('/', ' ')[0] is { Length: > 0 } product ? product : null;
}

/// <summary>A day, in UTC, for people and for machines.</summary>
readonly record struct Day(DateTimeOffset Time, string Format)
{
    public string Text => Time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public string Machine => Time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
