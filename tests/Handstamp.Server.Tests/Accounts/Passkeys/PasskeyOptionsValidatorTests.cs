using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

public sealed class PasskeyOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.True(new PasskeyOptionsValidator().Validate(null, new PasskeyOptions()).Succeeded);

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("localhost", true)]
    [InlineData("a-1.example.com", true)]
    [InlineData("", false)]
    [InlineData("example.Com", false)]
    [InlineData("example.com:443", false)]
    [InlineData("example.com/", false)]
    [InlineData("[::1]", false)]
    public void The_domain_is_a_host_in_lower_case(string domain, bool isValid) => Says(
        new PasskeyOptions { RelyingPartyId = domain },
        isValid ? null : $"Passkeys:RelyingPartyId is '{domain}'; it has to be a domain in lower case, such as example.com.");

    [Theory]
    [InlineData("https://app.example.com", true)]
    [InlineData("https://app.example.com:8443", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("", false)]
    [InlineData("https://app.example.com/path", false)]
    [InlineData("https://app.example.com:443", false)]
    [InlineData("https://APP.example.com", false)]
    [InlineData("https://ada@app.example.com", false)]
    [InlineData("http://app.example.com:8080", false)]
    [InlineData("ftp://localhost", false)]
    [InlineData("ftp://app.example.com", false)]
    public void An_origin_is_https_and_a_host_or_a_page_of_this_machine(string origin, bool isValid) => Says(
        new PasskeyOptions { Origins = [origin] },
        isValid ? null : $"Passkeys:Origins contains '{origin}'; an origin is https:// and a host, such as https://app.example.com.");

    [Fact]
    public void An_app_is_one_of_Apple_or_of_Android() => Says(
        new PasskeyOptions { Apps = ["ABCDE12345.com.example.app", "com.example.app"] },
        "Passkeys:Apps contains 'com.example.app'; an app is ABCDE12345.com.example.app (Apple), or com.example.app=FINGERPRINT with the "
        + "SHA-256 fingerprint of its certificate (Android).");

    [Fact]
    public void All_faults_are_said_at_once()
    {
        var options = new PasskeyOptions
        {
            RelyingPartyId = "A",
            Origins = ["https://app.example.com", "first", "second"],
            Apps = ["third", "fourth"],
        };

        var faults = new PasskeyOptionsValidator().Validate(null, options).Failures!;

        Assert.Equal(
            [
                "Passkeys:RelyingPartyId is 'A'", "Passkeys:Origins contains 'first'", "Passkeys:Origins contains 'second'",
                "Passkeys:Apps contains 'third'", "Passkeys:Apps contains 'fourth'",
            ],
            faults.Select(fault => fault.Split(';')[0]));
    }

    static void Says(PasskeyOptions options, string? fault)
    {
        var result = new PasskeyOptionsValidator().Validate(null, options);

        Assert.Equal(fault is null, result.Succeeded);
        string[] faults = fault is null ? [] : [fault];
        Assert.Equal(faults, result.Failures ?? []);
    }
}
