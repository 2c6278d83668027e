using System.Buffers.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>The answers of a browser, member by member: what is read of them, and what the handler gets.</summary>
public sealed class BrowserAnswerTests
{
    const string Created =
        """{"id":"AQI","type":"public-key","response":{"clientDataJSON":"Aw","attestationObject":"BA","transports":["usb","nfc"]}}""";

    const string Asserted =
        """{"id":"AQI","type":"public-key","response":{"clientDataJSON":"Aw","authenticatorData":"BA","signature":"BQ","userHandle":"Bg"}}""";

    static readonly byte[] Id = [1, 2];
    static readonly byte[] ClientData = [3];
    static readonly byte[] Data = [4];
    static readonly byte[] Signature = [5];
    static readonly byte[] UserHandle = [6];

    [Fact]
    public void A_new_credential_is_read_and_written_for_the_handler()
    {
        var credential = CreatedCredential.Parse(Created)!;

        Assert.Equal(Id, credential.Id);
        Assert.Equal(ClientData, credential.ClientData);
        Assert.Equal(Data, credential.AttestationObject);
        Assert.Equal(["usb", "nfc"], credential.Transports);
        Assert.Equal(
            """{"id":"AQI","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"Aw","attestationObject":"BA","transports":["usb","nfc"]}}""",
            credential.ToJson());
    }

    [Fact]
    public void A_proof_is_read_and_written_for_the_handler()
    {
        var credential = AssertedCredential.Parse(Asserted)!;

        Assert.Equal(Id, credential.Id);
        Assert.Equal(ClientData, credential.ClientData);
        Assert.Equal(Data, credential.AuthenticatorData);
        Assert.Equal(Signature, credential.Signature);
        Assert.Equal(UserHandle, credential.UserHandle);
        Assert.Equal(
            """{"id":"AQI","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"Aw","authenticatorData":"BA","signature":"BQ","userHandle":"Bg"}}""",
            credential.ToJson());
    }

    [Fact]
    public void What_this_service_does_not_read_is_not_passed_on()
    {
        var more = Created.Replace("\"id\"", "\"ID\":\"CQ\",\"rawId\":\"CQ\",\"id\"", StringComparison.Ordinal)
            .Replace("\"clientDataJSON\"", "\"ClientDataJSON\":\"CQ\",\"publicKey\":\"CQ\",\"clientDataJSON\"", StringComparison.Ordinal);

        Assert.Equal(CreatedCredential.Parse(Created)!.ToJson(), CreatedCredential.Parse(more)!.ToJson());
    }

    [Theory]
    [InlineData(""","userHandle":"Bg" """, "")]
    [InlineData("\"Bg\"", "null")]
    [InlineData("\"Bg\"", "7")]
    [InlineData("\"Bg\"", "\"%%\"")]
    [InlineData("userHandle", "UserHandle")]
    public void A_proof_does_not_have_to_say_whose_it_is(string from, string to)
    {
        var credential = AssertedCredential.Parse(Asserted.Replace(from.Trim(), to, StringComparison.Ordinal))!;

        Assert.Null(credential.UserHandle);
        Assert.DoesNotContain("userHandle", credential.ToJson(), StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\"signature\":\"BQ\"}}", credential.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"id\"", "\"Id\"")]
    [InlineData("\"AQI\"", "7")]
    [InlineData("\"AQI\"", "null")]
    [InlineData("\"AQI\"", "\"A\"")]
    [InlineData("\"AQI\"", "\"A+I\"")]
    [InlineData("\"type\"", "\"Type\"")]
    [InlineData("\"public-key\"", "\"public-Key\"")]
    [InlineData("\"public-key\"", "\"\"")]
    [InlineData("\"public-key\"", "null")]
    [InlineData("\"response\"", "\"Response\"")]
    [InlineData("\"clientDataJSON\"", "\"clientDataJson\"")]
    [InlineData("\"Aw\"", "null")]
    [InlineData("\"Aw\"", "\"A\"")]
    [InlineData("\"BA\"", "7")]
    [InlineData("\"BA\"", "\"B\"")]
    public void With_one_member_that_is_missing_or_of_another_kind_it_is_no_answer(string from, string to)
    {
        Assert.Null(CreatedCredential.Parse(Created.Replace(from, to, StringComparison.Ordinal)));
        Assert.Null(AssertedCredential.Parse(Asserted.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_kind_of_answer_has_members_of_its_own()
    {
        Assert.Null(CreatedCredential.Parse(Asserted));
        Assert.Null(AssertedCredential.Parse(Created));
        Assert.Null(AssertedCredential.Parse(Asserted.Replace("\"BQ\"", "false", StringComparison.Ordinal)));
        Assert.Null(AssertedCredential.Parse(Asserted.Replace("\"signature\"", "\"sig\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"type":"public-key"}""")]
    [InlineData("""{"type":"public-key","response":null}""")]
    [InlineData("""{"type":"public-key","response":"text"}""")]
    [InlineData("""{"type":"public-key","type":"public-key","response":{}}""")]
    [InlineData("""{"type":"public-key","response":{}} {}""")]
    public void Without_an_object_with_a_response_there_is_no_answer(string json) => Assert.Null(CredentialAnswer.Parse(json));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1023, true)]
    [InlineData(1024, false)]
    public void The_id_in_a_proof_has_1_to_1023_bytes(int length, bool isRead)
    {
        var json = Asserted.Replace("\"AQI\"", $"\"{Base64Url.EncodeToString(new byte[length])}\"", StringComparison.Ordinal);

        Assert.Equal(isRead ? length : null, AssertedCredential.Parse(json)?.Id.Length);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("usb", true)]
    [InlineData("smart-card", true)]
    [InlineData("abcdefghijklmnop", true)]
    [InlineData("abcdefghijklmnopq", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("USB", false)]
    [InlineData("usB", false)]
    [InlineData("usb2", false)]
    [InlineData("us b", false)]
    [InlineData("us_b", false)]
    [InlineData("\u00fcsb", false)]
    public void A_transport_has_1_to_16_small_letters_and_hyphens(string? transport, bool isKept)
    {
        string[] kept = isKept ? [transport!] : [];

        Assert.Equal(kept, CreatedCredential.Kept([transport]));
    }

    [Fact]
    public void Eight_transports_are_kept_each_once()
    {
        var many = Enumerable.Range(1, 9).Select(length => new string('a', length)).ToList();

        Assert.Equal(many[..8], CreatedCredential.Kept(many));
        Assert.Equal(many[..8], CreatedCredential.Kept([many[0], many[0], null, "NO", .. many]));
    }

    [Theory]
    [InlineData("""["usb",7,null,{},"usb","\ud800"]""", "usb")]
    [InlineData("[]", "")]
    [InlineData("\"usb\"", "")]
    [InlineData("""{"usb":"usb"}""", "")]
    [InlineData("null", "")]
    public void Transports_are_hints_and_what_is_none_is_left_out(string transports, string kept)
    {
        var json = Created.Replace("""["usb","nfc"]""", transports, StringComparison.Ordinal);

        Assert.Equal(kept, string.Join(' ', CreatedCredential.Parse(json)!.Transports));
    }

    [Fact]
    public void Without_transports_there_are_none() =>
        Assert.Empty(CreatedCredential.Parse(Created.Replace("\"transports\"", "\"Transports\"", StringComparison.Ordinal))!.Transports);

    [Fact]
    public void The_refusal_says_what_to_send()
    {
        Assert.Equal(Problems.InvalidRequest, CredentialAnswer.NotFromABrowser.Problem);
        Assert.Equal(
            "The member 'credential' must be what the browser returned, as PublicKeyCredential.toJSON() writes it.",
            CredentialAnswer.NotFromABrowser.Detail);
    }
}
