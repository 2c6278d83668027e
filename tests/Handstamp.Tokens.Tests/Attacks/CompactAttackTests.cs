using Xunit;
using static Handstamp.Tokens.Tests.Attacks.Attack;

namespace Handstamp.Tokens.Tests.Attacks;

/// <summary>Attacks on the form: segments, base64url, length.</summary>
public sealed class CompactAttackTests
{
    // RFC 7515 §2, RFC 4648 §3: with more than one spelling, a token gets past lists of tokens.
    [Fact]
    public void Base64url_in_another_spelling()
    {
        AssertMalformed(Valid + "=");
        AssertMalformed(Valid + "==");
        AssertMalformed($"{Segments[0]}=.{Segments[1]}.{Segments[2]}");
        AssertMalformed($"{Segments[0]}.{Segments[1]}%3D.{Segments[2]}");
        AssertMalformed(" " + Valid);
        AssertMalformed(Valid + "\n");
        AssertMalformed(Valid.Insert(10, "\r\n"));
        AssertMalformed(Valid.Insert(10, "\0"));
        AssertMalformed(Valid[..^1] + "\u0141");
        AssertMalformed(Valid[..^2] + "+/");

        // 64 bytes leave four bits unused in the last of 86 characters; they must be zero.
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(Valid[^1], StringComparison.Ordinal);
        for (var bits = 1; bits < 16; bits++)
        {
            var other = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last + bits];
            AssertMalformed(Valid[..^1] + other);
        }
    }

    // RFC 7515 §7.1, RFC 7516 §7.1: three segments are a JWS, five a JWE.
    [Fact]
    public void Another_number_of_segments()
    {
        AssertMalformed("");
        AssertMalformed(".");
        AssertMalformed("..");
        AssertMalformed("....");
        AssertMalformed(Segments[0]);
        AssertMalformed($"{Segments[0]}.{Segments[1]}");
        AssertMalformed(Valid + ".");
        AssertMalformed("." + Valid);
        AssertMalformed($"{Valid}.{Segments[2]}");
        AssertMalformed($"{Valid}.{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.Header.ToJsonString());
    }

    // RFC 7515 §7.2.8, RFC 7797 §5: detached content has an empty payload.
    [Fact]
    public void An_empty_segment()
    {
        AssertMalformed($".{Segments[1]}.{Segments[2]}");
        AssertMalformed(Given.SignedSegments(Segments[0], ""));
        AssertMalformed($"{Segments[0]}.{Segments[1]}.");
    }

    // CWE-400. CVE-2025-30204: memory for each dot.
    [Fact]
    public void A_text_that_is_too_long()
    {
        AssertMalformed(new string('A', 1 << 20));
        AssertMalformed(new string('.', 1 << 20));
        AssertMalformed(Valid + new string('A', 1 << 20));

        var most = Given.WithClaim("x", $"\"{new string('x', 5700)}\"");
        Assert.InRange(most.Length, 7900, 8192);
        Assert.IsType<AccessTokenOutcome.Verified>(Given.Verify(most));
        AssertMalformed(Given.WithClaim("x", $"\"{new string('x', 6000)}\""));
    }
}
