using System.Text.Json;
using Handstamp.Server.Accounts.Import;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>A list of texts in the line of a file, for which one text may stand.</summary>
public sealed class OneOrManyTests
{
    [Theory]
    [InlineData(""" "admin" """, "admin")]
    [InlineData(""" "" """, "")]
    [InlineData(""" [] """)]
    [InlineData(""" ["admin"] """, "admin")]
    [InlineData(""" ["admin", "ops", "admin"] """, "admin", "ops", "admin")]
    public void One_text_stands_for_a_list_of_one(string json, params string[] expected)
    {
        Assert.Equal(expected, Read($$"""{"roles":{{json}},"username":"ada"}""").Roles);
        Assert.Equal("ada", Read($$"""{"roles":{{json}},"username":"ada"}""").Username);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[7]")]
    [InlineData("[null]")]
    [InlineData("""["admin",null,"ops"]""")]
    [InlineData("""["admin",{}]""")]
    [InlineData("""[["admin"]]""")]
    [InlineData("""["admin",["ops"]]""")]
    public void Anything_but_texts_is_not_read(string json) =>
        Assert.ThrowsAny<JsonException>(() => Read($$"""{"roles":{{json}}}"""));

    [Fact]
    public void Nothing_is_no_list() => Assert.Null(Read("""{"roles":null}""").Roles);

    [Fact]
    public void A_claim_has_one_value_or_several()
    {
        var claims = JsonSerializer.Deserialize("""{"team":"red","region":["eu","us"]}""", PortableJson.Default.IReadOnlyDictionaryStringIReadOnlyListString)!;

        Assert.Equal(["red"], claims["team"]);
        Assert.Equal(["eu", "us"], claims["region"]);
    }

    [Theory]
    [InlineData("""{"roles":[]}""")]
    [InlineData("""{"roles":["admin"]}""", "admin")]
    [InlineData("""{"roles":["admin","ops"]}""", "admin", "ops")]
    public void A_list_is_always_written_as_one(string expected, params string[] roles) =>
        Assert.Equal(expected, JsonSerializer.Serialize(new PortableUser { Roles = roles }, PortableJson.Default.PortableUser));

    static PortableUser Read(string json) => JsonSerializer.Deserialize(json, PortableJson.Default.PortableUser)!;
}
