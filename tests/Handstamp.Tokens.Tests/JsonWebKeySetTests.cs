using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Handstamp.Tokens.Tests;

public sealed class JsonWebKeySetTests
{
    const string Rfc7517A1 =
        """
        {"keys":
          [
            {"kty":"EC",
             "crv":"P-256",
             "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
             "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
             "use":"enc",
             "kid":"1"},

            {"kty":"RSA",
             "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
             "e":"AQAB",
             "alg":"RS256",
             "kid":"2011-04-29"}
          ]
        }
        """;

    [Fact]
    public void The_signature_key_of_the_set_in_RFC_7517_A_1_is_used_and_the_encryption_key_is_skipped()
    {
        var keys = Parse(Rfc7517A1);

        Assert.Equal("2011-04-29", Assert.Single(keys.Keys).KeyId);
        Assert.Same(keys.Keys[0], keys.Find("2011-04-29"));
        Assert.Null(keys.Find("1"));
        Assert.Null(keys.Find("2011-04-2"));
        Assert.Null(keys.Find(""));
    }

    [Fact]
    public void A_set_that_was_written_is_read_unchanged()
    {
        var again = Parse(Encoding.UTF8.GetString(Given.Keys.ToJson()));

        Assert.Equal(Given.Keys.Keys.Select(key => key.Thumbprint), again.Keys.Select(key => key.Thumbprint));
    }

    [Theory]
    [InlineData("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}")]
    [InlineData("{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T\"}")]
    [InlineData("{\"kty\":\"EC\"}")]
    [InlineData("{\"kty\":7}")]
    [InlineData("{}")]
    public void A_key_that_cannot_be_used_is_skipped(string key)
    {
        var good = JsonNode.Parse(Given.Keys.ToJson())!["keys"]![0]!.ToJsonString();

        Assert.Single(Parse($$"""{"keys":[{{key}},{{good}}],"more":1}""").Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":null}")]
    [InlineData("{\"keys\":[1]}")]
    [InlineData("{\"keys\":[null]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    [InlineData("{\"keys\":[]} {}")]
    public void A_document_that_is_not_a_set_is_refused(string json) => AssertRefused(json);

    [Fact]
    public void A_set_of_more_than_64_KiB_is_refused()
    {
        Parse("{\"keys\":[]}".PadRight(JsonWebKeySet.MaxLength));
        AssertRefused("{\"keys\":[]}".PadRight(JsonWebKeySet.MaxLength + 1));
    }

    [Fact]
    public void A_set_of_more_than_100_keys_is_refused()
    {
        Parse($$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", 100))}}]}""");
        AssertRefused($$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", 101))}}]}""");
    }

    [Fact]
    public void A_set_may_have_100_keys()
    {
        JsonWebKey[] keys = [.. Enumerable.Range(0, 101).Select(_ => NewKey())];

        Assert.NotNull(new JsonWebKeySet(keys[..100]).Find(keys[99].KeyId));
        Assert.Throws<ArgumentException>(() => new JsonWebKeySet(keys));

        static JsonWebKey NewKey()
        {
            using var key = SigningKey.Create(JwsAlgorithm.Es256);
            return key.PublicKey;
        }
    }

    [Fact]
    public void One_key_id_for_two_keys_is_refused()
    {
        AssertRefused(Rfc7517A1.Replace("\"enc\"", "\"sig\"").Replace("\"1\"", "\"2011-04-29\""));
        Assert.Throws<ArgumentException>(() => new JsonWebKeySet([Given.Key.PublicKey, Given.Key.PublicKey]));
    }

    [Fact]
    public void Looking_for_a_key_allocates_nothing()
    {
        ReadOnlySpan<char> keyId = Given.RsaKey.KeyId;
        Given.Keys.Find(keyId);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Given.Keys.Find(keyId);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static JsonWebKeySet Parse(string json)
    {
        Assert.True(JsonWebKeySet.TryParse(Encoding.UTF8.GetBytes(json), out var keys));
        return keys;
    }

    static void AssertRefused(string json) =>
        Assert.False(JsonWebKeySet.TryParse(Encoding.UTF8.GetBytes(json), out _), json);
}
