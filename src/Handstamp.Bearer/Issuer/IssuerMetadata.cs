using System.Text.Json.Serialization;

namespace Handstamp.Bearer.Issuer;

/// <summary>What the issuer's discovery document says (RFC 8414 §2), checked.</summary>
sealed record IssuerMetadata(Uri Keys, Uri? Introspection, Uri? Revocations)
{
    /// <exception cref="HttpRequestException">The document belongs to another authority.</exception>
    public static IssuerMetadata Of(DiscoveryDocument document, string authority)
    {
        // RFC 8414 §3.3: the issuer has to be identical, or the document belongs to another service.
        if (document.Issuer != authority)
            throw new HttpRequestException($"The discovery document of {authority} names another issuer.");

        var origin = new Uri(authority);
        return new(
            OfOrigin(document.JwksUri, origin)
                ?? throw new HttpRequestException("The discovery document has no jwks_uri."),
            OfOrigin(document.IntrospectionEndpoint, origin),
            OfOrigin(document.RevocationsEndpoint, origin));
    }

    // Keys, credential and tokens go only to the authority, whatever its document says.
    static Uri? OfOrigin(string? address, Uri origin)
    {
        if (address is null) return null;

        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && uri.GetLeftPart(UriPartial.Authority) == origin.GetLeftPart(UriPartial.Authority)
                ? uri
                : throw new HttpRequestException($"The discovery document names an address outside {origin}.");
    }
}

sealed record DiscoveryDocument(
    [property: JsonPropertyName("issuer")] string? Issuer,
    [property: JsonPropertyName("jwks_uri")] string? JwksUri,
    [property: JsonPropertyName("introspection_endpoint")] string? IntrospectionEndpoint,
    [property: JsonPropertyName("handstamp_revocations_endpoint")] string? RevocationsEndpoint);
