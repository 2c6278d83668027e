using System.Buffers.Text;
using System.Text;
using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks on the readers of JSON and of text.</summary>
public sealed class JsonAttackTests
{
    // RFC 8259 §9: nesting that exhausts the stack of a reader.
    [Fact]
    public void Deep_nesting()
    {
        foreach (var depth in (int[])[17, 100, 2000])
        {
            var nested = new string('[', depth) + new string(']', depth);
            AssertMalformed(Given.WithClaim("x", nested));
            AssertMalformed(Given.Signed($"{{\"x\":{nested}}}", Given.Claims.ToJsonString()));
            AssertMalformed(Given.WithPayload(nested));
        }
    }

    // RFC 8259 §8.2: invalid text.
    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800\\u0041\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[\"\\udbff\"]")]
    public void Half_a_character(string json)
    {
        AssertMalformed(Given.WithClaim("x", json));
        AssertMalformed(Given.WithClaim("sub", json));
        AssertMalformed(Given.Signed($"{{\"kid\":{json}}}", Given.Claims.ToJsonString()));
    }

    // RFC 8725 §3.7, RFC 3629 §10: overlong forms, halves of characters, beyond the last one.
    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void Bytes_that_are_not_UTF_8(byte[] bytes)
    {
        byte[] claims = [.. Encoding.UTF8.GetBytes(Given.Claims.ToJsonString()[..^1] + ",\"x\":\""), .. bytes, .. "\"}"u8];

        AssertMalformed(Given.SignedSegments(Segments[0], Base64Url.EncodeToString(claims)));
        AssertMalformed(Given.SignedSegments(Base64Url.EncodeToString(bytes), Segments[1]));
    }

    // RFC 8259 §8.1.
    [Fact]
    public void A_byte_order_mark()
    {
        AssertMalformed(Given.WithPayload("\uFEFF" + Given.Claims.ToJsonString()));
        AssertMalformed(Given.Signed("\uFEFF" + Given.Header.ToJsonString(), Given.Claims.ToJsonString()));
        AssertMalformed("\uFEFF" + Valid);
    }

    // RFC 8259 §2; Seriot, "Parsing JSON is a Minefield" (2016).
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}{}")]
    [InlineData("{},")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{/**/}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":\"\n\"}")]
    public void Claims_or_a_header_that_are_not_one_JSON_object(string json)
    {
        AssertMalformed(Given.WithPayload(json));
        AssertMalformed(Given.Signed(json, Given.Claims.ToJsonString()));
    }
}
