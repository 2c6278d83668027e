using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Mobile apps as the settings name them.</summary>
public sealed class PasskeyAppTests
{
    const string Printed = "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";
    const string Plain = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    [Theory]
    [InlineData("ABCDE12345.com.example.app")]
    [InlineData("0123456789.a")]
    [InlineData("ABCDEFGHIJ.Com-1.x-Y.9")]
    public void An_app_of_Apple_is_a_team_and_a_bundle(string text) =>
        Assert.Equal(text, Assert.IsType<PasskeyApp.Apple>(PasskeyApp.Parse(text)).Id);

    [Theory]
    [InlineData("com.example.app", Printed)]
    [InlineData("com.example.app", Plain)]
    [InlineData("C.d", Plain)]
    [InlineData("com.example_1.App2", Printed)]
    public void An_app_of_Android_is_a_package_and_a_fingerprint(string package, string fingerprint)
    {
        foreach (var text in new[] { $"{package}={fingerprint}", $"{package}={fingerprint.ToLowerInvariant()}" })
        {
            var app = Assert.IsType<PasskeyApp.Android>(PasskeyApp.Parse(text));

            Assert.Equal((package, Printed), (app.Package, app.FingerprintText));
            Assert.Equal(Convert.FromHexString(Plain), app.Fingerprint);
            Assert.Equal("android:apk-key-hash:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", app.Origin);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("ABCDE1234.com")]
    [InlineData("ABCDE123456.com")]
    [InlineData("ABCDe12345.com")]
    [InlineData("ABCD-12345.com")]
    [InlineData("ABCDE12345")]
    [InlineData("ABCDE12345.")]
    [InlineData("ABCDE12345..com")]
    [InlineData("ABCDE12345.com.")]
    [InlineData("ABCDE12345.com_x")]
    [InlineData("ABCDE12345.com\n")]
    [InlineData(" ABCDE12345.com")]
    [InlineData("com.example.app=")]
    [InlineData("com.example.app")]
    [InlineData("example=" + Plain)]
    [InlineData("1com.example=" + Plain)]
    [InlineData("com.1example=" + Plain)]
    [InlineData("com..example=" + Plain)]
    [InlineData(".com.example=" + Plain)]
    [InlineData("com.exam-ple=" + Plain)]
    [InlineData(" com.example=" + Plain)]
    [InlineData("com.example=" + Plain + "0")]
    [InlineData("com.example=" + Plain + "00")]
    [InlineData("com.example=" + Plain + "\n")]
    [InlineData("com.example=" + Printed + ":")]
    [InlineData("com.example=" + Printed + ":20")]
    [InlineData("com.example=00" + Printed)]
    [InlineData("com.example=000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1")]
    [InlineData("com.example=000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1G")]
    [InlineData("com.example=01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F")]
    [InlineData("com.example=0001:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F")]
    public void What_is_neither_is_no_app(string text) => Assert.Null(PasskeyApp.Parse(text));
}
