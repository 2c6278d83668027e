using System.Text.Json;
using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0 §3).</summary>
sealed partial record ProviderMetadata
{
    /// <summary>The <c>iss</c> of its ID tokens.</summary>
    public required string Issuer { get; init; }

    public required Uri Authorization { get; init; }
    public required Uri Token { get; init; }
    public required Uri Keys { get; init; }
    public Uri? UserInfo { get; init; }

    /// <summary>Whether each answer to a browser has to name the issuer (RFC 9207 §3).</summary>
    public bool NamesIssuer { get; init; }

    /// <summary>Whether it takes the secret only in the body. Without a word about it, it takes it in the header.</summary>
    public bool TakesSecretInBody { get; init; }

    public static Uri AddressFor(string issuer) => new($"{issuer.TrimEnd('/')}/.well-known/openid-configuration");

    public static ProviderMetadata Read(byte[] utf8, ProviderSettings settings)
    {
        var json = ProviderHttp.Parse(utf8);
        var issuer = json.RequiredText("issuer");
        if (!IsExpected(issuer, settings)) throw new ProviderException("its configuration names another issuer than the settings");
        var isPlain = new Uri(settings.Issuer).Scheme == Uri.UriSchemeHttp;
        return new ProviderMetadata
        {
            Issuer = issuer,
            Authorization = Address(json, "authorization_endpoint", isPlain),
            Token = Address(json, "token_endpoint", isPlain),
            Keys = Address(json, "jwks_uri", isPlain),
            UserInfo = json.Text("userinfo_endpoint") is null ? null : Address(json, "userinfo_endpoint", isPlain),
            NamesIssuer = json.IsTrue("authorization_response_iss_parameter_supported"),
            TakesSecretInBody = settings.Facts.TakesSecretInBody || TakesOnlyBody(json),
        };
    }

    // Discovery §4.3: exactly the same. Only Microsoft writes a place holder, or a tenant's id for its name.
    static bool IsExpected(string issuer, ProviderSettings settings) =>
        issuer == settings.Issuer
        || (settings.Kind == ProviderKind.Microsoft
            && MicrosoftIssuer().Match(settings.Issuer) is { Success: true } wanted
            && MicrosoftIssuer().Match(issuer) is { Success: true } named
            && wanted.Groups[1].ValueSpan.SequenceEqual(named.Groups[1].ValueSpan)
            && !Guid.TryParse(wanted.Groups[2].ValueSpan, out _)
            && (named.Groups[2].ValueSpan is IdTokenRules.TenantPlace || Guid.TryParse(named.Groups[2].ValueSpan, out _)));

    static Uri Address(JsonElement json, string name, bool isPlain) =>
        Uri.TryCreate(json.RequiredText(name), UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (isPlain && OutgoingHttp.IsSecure(address)))
            ? address
            : throw new ProviderException($"its {name} is not an https address");

    static bool TakesOnlyBody(JsonElement json) =>
        json.TryGetProperty("token_endpoint_auth_methods_supported", out var list) && list.ValueKind == JsonValueKind.Array
        && Has(list, "client_secret_post") && !Has(list, "client_secret_basic");

    static bool Has(JsonElement list, string method) =>
        list.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && one.ValueEquals(method));

    [GeneratedRegex(@"^(https?://[^/]+)/([^/]+)/v2\.0\z")]
    private static partial Regex MicrosoftIssuer();
}
