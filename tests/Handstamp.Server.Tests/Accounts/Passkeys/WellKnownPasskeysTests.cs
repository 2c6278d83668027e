using System.Security.Cryptography;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Other pages and apps that may use the passkeys of the service.</summary>
public sealed class WellKnownPasskeysTests : PasskeyTests
{
    static readonly string Fingerprint = string.Join(':', SHA256.HashData("certificate"u8).Select(one => one.ToString("X2", null)));

    internal override Dictionary<string, string?> Settings => new()
    {
        ["Passkeys:RelyingPartyId"] = "example.com",
        ["Passkeys:Origins:0"] = "https://app.example.com",
        ["Passkeys:Apps:0"] = "ABCDE12345.com.example.app",
        ["Passkeys:Apps:1"] = $"com.example.app={Fingerprint}",
    };

    [Theory]
    [InlineData("/.well-known/webauthn", """{"origins":["https://auth.example.com","https://app.example.com"]}""")]
    [InlineData("/.well-known/apple-app-site-association", """{"webcredentials":{"apps":["ABCDE12345.com.example.app"]}}""")]
    [InlineData("/.well-known/assetlinks.json", null)]
    public async Task The_documents_say_who_they_are(string path, string? expected)
    {
        expected ??= "[{\"relation\":[\"delegate_permission/common.handle_all_urls\",\"delegate_permission/common.get_login_creds\"],"
            + "\"target\":{\"namespace\":\"android_app\",\"package_name\":\"com.example.app\",\"sha256_cert_fingerprints\":[\"" + Fingerprint + "\"]}}]";
        using var answer = await App.Client.GetAsync(path);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Their_origins_are_accepted_and_others_are_not()
    {
        var hash = Authenticator.Encode(SHA256.HashData("certificate"u8));
        foreach (var origin in new[] { "https://app.example.com", HandstampApp.Issuer, $"android:apk-key-hash:{hash}" })
        {
            var authenticator = new Authenticator { RpId = "example.com", Origin = origin };
            await AddedAsync(authenticator);
            await LoggedInAsync(authenticator);
        }
        foreach (var origin in new[] { "https://example.com", "https://other.example.com", "https://app.example.com/", "HTTPS://APP.EXAMPLE.COM", $"android:apk-key-hash:{hash[..^1]}", "" })
        {
            // An account has five ceremonies. Of those that began in the same millisecond, any could be the oldest.
            App.Jump(TimeSpan.FromMilliseconds(1));
            var (ceremony, options) = await BeginAddingAsync();
            var authenticator = new Authenticator { RpId = "example.com", Origin = origin };
            Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, authenticator.Create(options)))).Code);
        }
    }

    [Fact]
    public async Task Without_apps_and_origins_there_are_no_documents()
    {
        await using var app = await HandstampApp.StartAsync();
        foreach (var path in new[] { "/.well-known/webauthn", "/.well-known/apple-app-site-association", "/.well-known/assetlinks.json" })
            Assert.Equal("not_found", (await ProblemAsync(app.Client.GetAsync(path))).Code);
    }

    [Theory]
    [InlineData("Example.com", null, null, "Passkeys:RelyingPartyId")]
    [InlineData("https://example.com", null, null, "Passkeys:RelyingPartyId")]
    [InlineData("127.0.0.1", null, null, "Passkeys:RelyingPartyId")]
    [InlineData(null, "http://app.example.com", null, "Passkeys:Origins")]
    [InlineData(null, "https://app.example.com/", null, "Passkeys:Origins")]
    [InlineData(null, "app.example.com", null, "Passkeys:Origins")]
    [InlineData(null, null, "com.example.app", "Passkeys:Apps")]
    [InlineData(null, null, "com.example.app=AA:BB", "Passkeys:Apps")]
    [InlineData(null, null, "abcde12345.com.example.app", "Passkeys:Apps")]
    [InlineData("example.com", "https://app.example.com", "ABCDE12345.com.example.app", null)]
    [InlineData(null, "http://localhost:3000", null, null)]
    public void A_setting_that_cannot_work_is_named(string? domain, string? origin, string? app, string? fault)
    {
        var options = new PasskeyOptions { RelyingPartyId = domain };
        if (origin is not null) options.Origins = [origin];
        if (app is not null) options.Apps = [app];

        var result = new PasskeyOptionsValidator().Validate(null, options);

        if (fault is null) Assert.True(result.Succeeded);
        else Assert.StartsWith(fault, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
