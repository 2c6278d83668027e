using Handstamp.Server.GeoIp;
using Handstamp.Server.Sessions;

namespace Handstamp.Pages;

/// <summary>A session as its owner knows it.</summary>
sealed record DeviceLine(Guid Id, string Label, string? Name, string? Address, string? Place, Moment LoggedIn, Moment LastUsed, bool IsThis)
{
    public static DeviceLine Of(ListedSession listed, Guid current, Place place, PageContext view)
    {
        var (session, device) = (listed.Session, listed.Device);
        return new DeviceLine(
            session.Id, device.Name ?? Describe(device.UserAgent, view.Texts), device.Name, device.Address?.ToString(), place.Text,
            view.When(device.CreatedAt),
            view.When(WholeHour.Before(session.Rotation.IssuedAt, atLeast: device.CreatedAt)),
            session.Id == current);
    }

    /// <summary>The browser and the system, as far as the user agent says.</summary>
    public static string Describe(string? userAgent, Texts texts) => DeviceFamily.Of(userAgent) switch
    {
        ({ } browser, { } system, _) => texts.BrowserOnSystem.With("browser", browser).With("system", system),
        var (browser, system, product) => browser ?? system ?? product ?? texts.UnknownDevice,
    };
}
