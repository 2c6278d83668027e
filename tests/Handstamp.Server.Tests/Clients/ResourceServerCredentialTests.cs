using System.Buffers.Text;
using Handstamp.Server.Clients;
using Xunit;

namespace Handstamp.Server.Tests.Clients;

/// <summary>The text of an API's credential.</summary>
public sealed class ResourceServerCredentialTests
{
    static readonly string Secret = Base64Url.EncodeToString(new byte[32]);

    [Theory]
    [InlineData("a")]
    [InlineData("orders-api")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public void A_credential_is_read_as_it_is_shown(string name)
    {
        var made = ResourceServerCredential.Create(name);

        Assert.True(ResourceServerCredential.TryParse(made.Reveal(), out var read));

        Assert.Equal((name, made.Reveal()), (read.Name, read.Reveal()));
        Assert.True(read.Matches(new(name, made.SecretHash, default)));
        Assert.False(read.Matches(new(name, ResourceServerCredential.Create(name).SecretHash, default)));
        Assert.Equal($"credential of {name}", made.ToString());
    }

    [Theory]
    [InlineData("hsa_")]
    [InlineData("hsa__S")]
    [InlineData("hsb_a_S")]
    [InlineData("hsa_a-S")]
    [InlineData("hsa_A_S")]
    [InlineData("hsa_-a_S")]
    [InlineData("hsa_a b_S")]
    [InlineData("hsa_a\n_S")]
    [InlineData("hsa_0123456789abcdef0123456789abcdef0_S")]
    [InlineData("hsa_a_S=")]
    [InlineData("S")]
    public void Another_text_is_no_credential(string form) =>
        Assert.False(ResourceServerCredential.TryParse(form.Replace("S", Secret, StringComparison.Ordinal), out _));

    [Fact]
    public void A_secret_of_another_length_or_alphabet_is_no_credential()
    {
        foreach (var secret in new[] { Secret[1..], Secret + "A", Secret[..^1] + "!", "" })
            Assert.False(ResourceServerCredential.TryParse($"hsa_a_{secret}", out _));
    }
}
