using System.Globalization;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>A session as its owner knows it.</summary>
sealed record DeviceLine(Guid Id, string Label, string? Name, string? Address, Day LoggedIn, Day LastUsed, bool IsThis)
{
    public static DeviceLine Of(ListedSession listed, Guid current, Texts texts)
    {
        var (session, device) = (listed.Session, listed.Device);
        return new DeviceLine(
            session.Id, device.Name ?? Describe(device.UserAgent, texts), device.Name, device.Address?.ToString(),
            new Day(device.CreatedAt, texts.DateFormat),
            new Day(WholeHour.Before(session.Rotation.IssuedAt, atLeast: device.CreatedAt), texts.DateFormat),
            session.Id == current);
    }

    static string Describe(string? userAgent, Texts texts) => DeviceFamily.Of(userAgent) switch
    {
        ({ } browser, { } system, _) => texts.BrowserOnSystem.With("browser", browser).With("system", system),
        var (browser, system, product) => browser ?? system ?? product ?? texts.UnknownDevice,
    };
}

/// <summary>A day, in UTC, for people and for machines.</summary>
readonly record struct Day(DateTimeOffset Time, string Format)
{
    public string Text => Time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public string Machine => Time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
