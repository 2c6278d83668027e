using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Profiles;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Profiles;

/// <summary>What a body changes in a profile.</summary>
public sealed class UpdateProfileRequestTests
{
    static readonly Profile Full = new() { Name = "Ada", Picture = "https://example.com/a.png", Locale = "de-AT", Data = """{"a":1}""" };

    static UpdateProfileRequest Read(string json) => JsonSerializer.Deserialize(json, AccountsJson.Default.UpdateProfileRequest)!;

    [Fact]
    public void What_is_not_named_stays() => Assert.Equal(Full, Read("{}").ApplyTo(Full));

    [Fact]
    public void Null_removes_one_member()
    {
        Assert.Equal(Full with { Name = null }, Read("""{"name":null}""").ApplyTo(Full));
        Assert.Equal(Full with { Picture = null }, Read("""{"picture":null}""").ApplyTo(Full));
        Assert.Equal(Full with { Locale = null }, Read("""{"locale":null}""").ApplyTo(Full));
        Assert.Equal(Full with { Data = null }, Read("""{"data":null}""").ApplyTo(Full));
    }

    [Fact]
    public void All_members_can_be_set_at_once()
    {
        var request = Read("""{"name":"Ada","picture":"https://example.com/a.png","locale":"de-AT","data":{ "a" : 1 }}""");

        Assert.Equal(Full, request.ApplyTo(Profile.None));
        Assert.Equal(("Ada", "https://example.com/a.png", "de-AT"), (request.Name, request.Picture, request.Locale));
        Assert.Equal(1, request.Data!.Value.GetProperty("a").GetInt32());
    }

    // So it takes as few of the bytes that it may have as it can.
    [Fact]
    public void The_data_is_kept_without_space_and_without_needless_escapes() => Assert.Equal(
        """{"a":"ü<>&'+","b":[1.50,true,null]}""",
        Read("""{"data": { "a": "\u00fc\u003c>&\u0027+", "b": [ 1.50, true, null ] } }""").ApplyTo(Full).Data);

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("true")]
    [InlineData("\"text\"")]
    public void The_data_is_an_object(string data) => Assert.Throws<JsonException>(() => Read($$"""{"data":{{data}}}"""));
}
