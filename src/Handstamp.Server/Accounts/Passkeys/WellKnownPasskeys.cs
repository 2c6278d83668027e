using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>An entry of <c>/.well-known/assetlinks.json</c> (Google, Digital Asset Links).</summary>
sealed record AssetLink(IReadOnlyList<string> Relation, AssetTarget Target);

sealed record AssetTarget(
    string Namespace, string PackageName, [property: JsonPropertyName("sha256_cert_fingerprints")] IReadOnlyList<string> Fingerprints);

/// <summary><c>/.well-known/apple-app-site-association</c> (Apple, Supporting associated domains).</summary>
sealed record AppleAssociation(AppleApps Webcredentials);

sealed record AppleApps(IReadOnlyList<string> Apps);

/// <summary><c>/.well-known/webauthn</c> (WebAuthn §5.11): other origins that may use the passkeys of this domain.</summary>
sealed record RelatedOrigins(IReadOnlyList<string> Origins);

/// <summary>
/// What phones and browsers read to learn who may use the passkeys of this domain. A document that would have nothing in it is
/// not there.
/// </summary>
sealed class WellKnownPasskeys(RelyingParty party)
{
    // The second one lets the app's password manager fill in what was saved on the web.
    static readonly string[] Relations =
        ["delegate_permission/common.handle_all_urls", "delegate_permission/common.get_login_creds"];

    public ValueTask<Refusal?> AndroidAsync(HttpContext context) => WriteAsync(
        context,
        [
            .. party.Apps.OfType<PasskeyApp.Android>().GroupBy(app => app.Package).Select(package => new AssetLink(
                Relations, new AssetTarget("android_app", package.Key, [.. package.Select(app => app.FingerprintText)]))),
        ],
        WellKnownPasskeysJson.Default.AssetLinkArray, party.Apps.OfType<PasskeyApp.Android>().Any());

    public ValueTask<Refusal?> AppleAsync(HttpContext context) => WriteAsync(
        context, new AppleAssociation(new AppleApps([.. party.Apps.OfType<PasskeyApp.Apple>().Select(app => app.Id)])),
        WellKnownPasskeysJson.Default.AppleAssociation, party.Apps.OfType<PasskeyApp.Apple>().Any());

    public ValueTask<Refusal?> OriginsAsync(HttpContext context) => WriteAsync(
        context, new RelatedOrigins(party.Origins), WellKnownPasskeysJson.Default.RelatedOrigins, party.HasRelatedOrigins);

    static async ValueTask<Refusal?> WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type, bool isThere)
    {
        if (!isThere) return Problems.NotFound;
        context.Response.Headers.CacheControl = "public, max-age=3600";
        await context.Response.WriteAsJsonAsync(document, type, "application/json", context.RequestAborted);
        return null;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AssetLink[]))]
[JsonSerializable(typeof(AppleAssociation))]
[JsonSerializable(typeof(RelatedOrigins))]
[JsonSerializable(typeof(AcceptedCredentials))]
sealed partial class WellKnownPasskeysJson : JsonSerializerContext;
