using System.Net;
using Handstamp.Pages;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Pages;

public sealed class DeviceLineTests
{
    static readonly DateTimeOffset Login = new(2026, 1, 2, 23, 59, 0, TimeSpan.Zero);

    static readonly PageContext English = View("en", Login);

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("curl/8.14.1", "curl")]
    [InlineData("Dart/3.5 (dart:io) Android", "Android")]
    [InlineData("/", "Unknown device")]
    [InlineData(null, "Unknown device")]
    public void A_device_without_a_name_is_shown_by_its_browser(string? userAgent, string label) =>
        Assert.Equal(label, Line(new SessionDevice { UserAgent = userAgent, CreatedAt = Login }, Login).Label);

    [Fact]
    public void A_name_is_shown_instead_of_the_browser() => Assert.Equal(
        "Phone", Line(new SessionDevice { Name = "Phone", UserAgent = "curl/8", CreatedAt = Login }, Login).Label);

    [Fact]
    public void Times_are_shown_in_the_language_and_for_machines()
    {
        var view = View("de", Login.AddDays(60));
        var line = DeviceLine.Of(Listed(new SessionDevice { CreatedAt = Login, Address = IPAddress.Loopback }, Login.AddDays(58)), Guid.Empty, default, view);

        Assert.Equal(("02.01.2026", "02.01.2026, 23:59 UTC", "2026-01-02T23:59Z"), (line.LoggedIn.Text, line.LoggedIn.Exact, line.LoggedIn.Machine));
        Assert.Equal(("vor 2 Tagen", "127.0.0.1"), (line.LastUsed.Text, line.Address));
    }

    static PageContext View(string language, DateTimeOffset now)
    {
        var brand = new Brand(Options.Create(new PagesOptions()));
        return new PageContext(TextsJson.Read(language), new PageLinks(Options.Create(new HandstampOptions()), brand), brand, FormToken: "", Refusal: null, now);
    }

    static DeviceLine Line(SessionDevice device, DateTimeOffset used) => DeviceLine.Of(Listed(device, used), Guid.Empty, default, English);

    static ListedSession Listed(SessionDevice device, DateTimeOffset used) => new(
        new Session
        {
            Id = Guid.CreateVersion7(Login),
            AccountId = Guid.CreateVersion7(Login),
            Rotation = RotationState.AtLogin(used),
            MacKeyId = 1,
            Transport = SessionTransport.Page,
            AuthenticationMethods = "pwd",
            AuthenticatedAt = Login,
            IdleExpiresAt = Login,
            ExpiresAt = Login,
        },
        device);
}
