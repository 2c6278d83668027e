namespace Handstamp.Client.Tests;

public sealed class HandstampClientOptionsTests
{
    [Theory]
    [InlineData("https://auth.example.com")]
    [InlineData("https://example.com/auth/")]
    [InlineData("http://127.0.0.1:5110")]
    [InlineData("http://localhost:5110")]
    public void A_valid_address_of_a_service_is_accepted(string url)
    {
        using var client = new HandstampClient(new() { Url = url });
        Assert.True(client.Trusts(new Uri(url)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("auth.example.com")]
    [InlineData("ftp://auth.example.com")]
    [InlineData("https://auth.example.com/?a=b")]
    [InlineData("https://ada@auth.example.com")]
    [InlineData("http://auth.example.com")]
    public void An_invalid_address_is_refused_with_a_sentence(string url)
    {
        Assert.StartsWith("Handstamp: Url", Assert.Throws<ArgumentException>(() => new HandstampClient(new() { Url = url })).Message);
        var options = new HandstampClientOptions { Url = "https://auth.example.com", Apis = { url } };
        Assert.StartsWith("Handstamp: Apis", Assert.Throws<ArgumentException>(() => new HandstampClient(options)).Message);
    }

    [Fact]
    public void A_store_is_required() => Assert.Throws<ArgumentException>(
        () => new HandstampClient(new HandstampClientOptions { Url = "https://auth.example.com", Store = null! }));
}
