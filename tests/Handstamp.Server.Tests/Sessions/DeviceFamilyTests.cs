using System.Net;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>What a user agent says of a device, and when a device is a new one.</summary>
public sealed class DeviceFamilyTests
{
    const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    static readonly IPAddress Home = IPAddress.Parse("192.0.2.7");
    static readonly SeenDevice Known = new(Chrome, Home);

    [Theory]
    [InlineData(Chrome, "Chrome", "Windows")]
    [InlineData(Chrome + " Edg/140.0", "Edge", "Windows")]
    [InlineData(Chrome + " OPR/120.0", "Opera", "Windows")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux")]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36", "Chrome", "ChromeOS")]
    [InlineData("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome", "Android")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari", "macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1", "Safari", "iPhone")]
    [InlineData("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile Safari/604.1", "Chrome", "iPad")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 FxiOS/140.0 Mobile Safari/605.1.15", "Firefox", "iPhone")]
    public void The_most_specific_name_counts(string userAgent, string browser, string system) =>
        Assert.Equal(new DeviceFamily(browser, system, "Mozilla"), DeviceFamily.Of(userAgent));

    [Theory]
    [InlineData("curl/8.14.1", "curl")]
    [InlineData("Dart 3.5", "Dart")]
    [InlineData("/", null)]
    [InlineData(null, null)]
    public void What_is_no_browser_is_known_by_its_first_product(string? userAgent, string? product) =>
        Assert.Equal(new DeviceFamily(null, null, product), DeviceFamily.Of(userAgent));

    [Fact]
    public void A_device_of_the_same_family_and_network_is_known()
    {
        Assert.False(DeviceFamily.IsNew(Known, [new("curl/8", Home), new(Chrome.Replace("140", "141", StringComparison.Ordinal), IPAddress.Parse("192.0.2.200"))]));
        Assert.False(DeviceFamily.IsNew(Known, []));
    }

    [Fact]
    public void A_device_of_another_family_or_network_is_new()
    {
        Assert.True(DeviceFamily.IsNew(Known, [new("curl/8", Home)]));
        Assert.True(DeviceFamily.IsNew(Known, [new(Chrome, IPAddress.Parse("203.0.113.7"))]));
        Assert.True(DeviceFamily.IsNew(Known, [new("curl/8", Home), new(Chrome, IPAddress.Parse("203.0.113.7"))]));
    }
}
