using System.Security.Cryptography;
using Handstamp.Server.ExternalLogins;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

public sealed class ExternalLoginSettingsTests
{
    static ExternalProviderOptions Valid => new() { Issuer = "https://login.example", ClientId = "id", ClientSecret = "secret" };

    [Fact]
    public void A_known_name_needs_only_id_and_secret()
    {
        foreach (var name in (string[])["google", "microsoft", "github", "gitlab", "discord", "facebook", "linkedin"])
            Assert.Empty(Faults(name, new() { ClientId = "id", ClientSecret = "secret" }));
        Assert.Empty(Faults("corp", Valid));
        Assert.Empty(Faults("work", new() { Kind = ProviderKind.GitHub, ClientId = "id", ClientSecret = "secret" }));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "name", "ExternalLogins:Corp: the name of a provider" },
        { "issuer", "ExternalLogins:corp:Issuer is 'http://login.example'" },
        { "no issuer", "ExternalLogins:corp:Issuer is ''" },
        { "query", "ExternalLogins:corp:Issuer is 'https://login.example?a=b'" },
        { "id", "ExternalLogins:corp:ClientId is missing" },
        { "secret", "ExternalLogins:corp:ClientSecret is missing" },
        { "key", "ExternalLogins:corp: TeamId, KeyId and KeyFile are only for Apple." },
        { "redirect", "ExternalLogins:corp:RedirectUris contains 'http://app.example.com/'" },
        { "redirect with a query", "ExternalLogins:corp:RedirectUris contains 'https://app.example.com/?a'" },
        { "script", "ExternalLogins:corp:RedirectUris contains 'javascript:alert(1)'" },
        { "relative", "ExternalLogins:corp:RedirectUris contains '/callback'" },
        { "app of GitHub", "ExternalLogins:corp:AppClientIds: this provider has no ID token" },
        { "apple without key", "ExternalLogins:corp:KeyFile: it is missing" },
        { "apple with secret", "ExternalLogins:corp:ClientSecret: Apple has a key instead" },
        { "apple with redirect", "ExternalLogins:corp:RedirectUris: this provider answers with a form" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_setting_is_named(string fault, string message)
    {
        var options = Valid;
        switch (fault)
        {
            case "issuer": options.Issuer = "http://login.example"; break;
            case "no issuer": options.Issuer = null; break;
            case "query": options.Issuer = "https://login.example?a=b"; break;
            case "id": options.ClientId = null; break;
            case "secret": options.ClientSecret = null; break;
            case "key": options.KeyId = "a"; break;
            case "redirect": options.RedirectUris = ["http://app.example.com/"]; break;
            case "redirect with a query": options.RedirectUris = ["https://app.example.com/?a"]; break;
            case "script": options.RedirectUris = ["javascript:alert(1)"]; break;
            case "relative": options.RedirectUris = ["/callback"]; break;
            case "app of GitHub": (options.Kind, options.AppClientIds) = (ProviderKind.GitHub, ["a"]); break;
            case "apple without key": options.Kind = ProviderKind.Apple; break;
            case "apple with secret": options.Kind = ProviderKind.Apple; break;
            case "apple with redirect": (options.Kind, options.RedirectUris) = (ProviderKind.Apple, ["https://app.example.com/"]); break;
        }

        Assert.Contains(Faults(fault == "name" ? "Corp" : "corp", options), one => one.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://app.example.com/callback")]
    [InlineData("http://127.0.0.1:5173/callback")]
    [InlineData("com.example.app:/callback")]
    public void Pages_and_links_of_apps_can_be_redirect_URIs(string uri)
    {
        var options = Valid;
        options.RedirectUris = [uri];
        Assert.Empty(Faults("corp", options));
    }

    [Fact]
    public void Two_providers_share_no_redirect_URI()
    {
        var (one, other) = (Valid, Valid);
        one.RedirectUris = other.RedirectUris = ["https://app.example.com/callback"];
        var result = new ExternalLoginSettingsValidator().Validate(null, new() { Providers = { ["one"] = one, ["other"] = other } });
        Assert.StartsWith("ExternalLogins: https://app.example.com/callback is a redirect URI of one and other.", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Apple_s_key_is_read_at_the_start()
    {
        using var folder = new TempDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var wrong = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Empty(Faults("apple", Apple(folder.Write("good.p8", key.ExportPkcs8PrivateKeyPem()))));
        Assert.Contains("is not a private key for ES256", Assert.Single(Faults("apple", Apple(folder.Write("curve.p8", wrong.ExportPkcs8PrivateKeyPem())))), StringComparison.Ordinal);
        Assert.Contains("is not a private key for ES256", Assert.Single(Faults("apple", Apple(folder.Write("text.p8", "no key")))), StringComparison.Ordinal);
        Assert.Contains("Could not find file", Assert.Single(Faults("apple", Apple(folder.File("missing.p8")))), StringComparison.Ordinal);

        static ExternalProviderOptions Apple(string file) => new() { ClientId = "id", TeamId = "team", KeyId = "key", KeyFile = file };
    }

    static IEnumerable<string> Faults(string name, ExternalProviderOptions options) =>
        new ExternalLoginSettingsValidator().Validate(null, new() { Providers = { [name] = options } }).Failures ?? [];
}
