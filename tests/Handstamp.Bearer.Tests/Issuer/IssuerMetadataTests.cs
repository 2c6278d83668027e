using Handstamp.Bearer.Issuer;
using Xunit;

namespace Handstamp.Bearer.Tests.Issuer;

public sealed class IssuerMetadataTests
{
    const string Authority = "https://login.example.com/base";
    const string Keys = "https://login.example.com/keys";

    static IssuerMetadata Of(string? keys = Keys, string? introspection = null, string? revocations = null, string issuer = Authority) =>
        IssuerMetadata.Of(new DiscoveryDocument(issuer, keys, introspection, revocations), Authority);

    static void Refuses(string sentence, Func<IssuerMetadata> read) =>
        Assert.Equal(sentence, Assert.Throws<HttpRequestException>(read).Message);

    [Fact]
    public void The_addresses_are_those_of_the_document() => Assert.Equal(
        new IssuerMetadata(new Uri(Keys), new Uri("https://login.example.com/asks"), new Uri("https://login.example.com/feed")),
        Of(introspection: "https://login.example.com/asks", revocations: "https://login.example.com/feed"));

    [Fact]
    public void Only_the_keys_are_required()
    {
        Assert.Equal(new IssuerMetadata(new Uri(Keys), null, null), Of());
        Refuses("The discovery document has no jwks_uri.", () => Of(keys: null));
    }

    [Theory]
    [InlineData("https://login.example.com")]
    [InlineData("https://login.example.com/base/")]
    [InlineData("https://login.example.com/Base")]
    public void The_document_of_another_issuer_is_refused(string issuer) =>
        Refuses($"The discovery document of {Authority} names another issuer.", () => Of(issuer: issuer));

    [Theory]
    [InlineData("https://keys.example.com/keys")]
    [InlineData("http://login.example.com/keys")]
    [InlineData("https://login.example.com:8443/keys")]
    [InlineData("/keys")]
    [InlineData("")]
    public void An_address_elsewhere_is_refused(string address)
    {
        var sentence = $"The discovery document names an address outside {new Uri(Authority)}.";

        Refuses(sentence, () => Of(keys: address));
        Refuses(sentence, () => Of(introspection: address));
        Refuses(sentence, () => Of(revocations: address));
    }
}
