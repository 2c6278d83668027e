using System.Globalization;
using System.Text;
using CsCheck;
using Handstamp.Server.Accounts.SecondFactors;
using OtpNet;
using Xunit;
using Totp = Handstamp.Server.Accounts.SecondFactors.Totp;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

public sealed class TotpTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 6238, appendix B, for SHA-1. It has eight digits, of which ours are the last six.
    [Theory]
    [InlineData(59, "94287082")]
    [InlineData(1111111109, "07081804")]
    [InlineData(1111111111, "14050471")]
    [InlineData(1234567890, "89005924")]
    [InlineData(2000000000, "69279037")]
    [InlineData(20000000000, "65353130")]
    public void The_codes_are_those_of_the_rfc(long seconds, string code) =>
        Assert.Equal(code[2..], Totp.CodeOf(Secret, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void The_codes_are_those_of_another_implementation() =>
        Gen.Select(Gen.Byte.Array[1, 64], Gen.Long[0, 4_000_000_000]).Sample((secret, seconds) =>
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return Totp.CodeOf(secret, Totp.StepAt(time)) == new OtpNet.Totp(secret).ComputeTotp(time.UtcDateTime);
        });

    [Fact]
    public void The_secret_is_written_as_another_implementation_reads_it() =>
        Gen.Byte.Array[1, 64].Sample(secret => Base32.Encode(secret) == Base32Encoding.ToString(secret).TrimEnd('=')
            && Base32Encoding.ToBytes(Base32.Encode(secret)).SequenceEqual(secret));

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_clock_may_be_wrong_by_one_step(int steps, bool isAccepted)
    {
        var step = Totp.StepAt(Now) + steps;

        Assert.Equal(isAccepted ? step : null, Totp.FindStep(Secret, Totp.CodeOf(Secret, step), Now, lastStep: 0));
    }

    [Fact]
    public void A_code_of_a_step_that_was_used_or_lies_before_it_is_not_found()
    {
        var step = Totp.StepAt(Now);

        Assert.Null(Totp.FindStep(Secret, Totp.CodeOf(Secret, step), Now, lastStep: step));
        Assert.Null(Totp.FindStep(Secret, Totp.CodeOf(Secret, step - 1), Now, lastStep: step));
        Assert.Equal(step + 1, Totp.FindStep(Secret, Totp.CodeOf(Secret, step + 1), Now, lastStep: step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    [InlineData("١٢٣٤٥٦")]
    public void What_is_no_code_is_not_found(string code) => Assert.Null(Totp.FindStep(Secret, code, Now, lastStep: 0));

    [Fact]
    public void Every_secret_is_another_one() => Assert.NotEqual(Totp.NewSecret(), Totp.NewSecret());

    [Fact]
    public void The_address_for_an_app_is_escaped() => Assert.Equal(
        "otpauth://totp/auth.example.com:a%3Ab%26c%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=auth.example.com",
        Totp.Uri(Secret, "auth.example.com", "a:b&c@example.com"));

    [Fact]
    public void In_a_year_of_guesses_a_thief_has_a_chance_of_one_in_ninety()
    {
        var (tries, now, end) = (0, Now, Now.AddDays(365));
        Server.Accounts.ThrottleCounter? counter = null;
        while (now < end)
        {
            var (wait, next) = SecondFactorCodes.Guesses.Take(counter, now);
            if (wait is null) (tries, counter) = (tries + 1, next);
            else now += wait.Value;
        }

        // Three steps of a million codes are right.
        Assert.InRange(tries * 3e-6, 1 / 95.0, 1 / 90.0);
    }

    [Fact]
    public void A_qr_code_is_an_image_without_anything_else()
    {
        var svg = QrCode.Svg(Totp.Uri(Secret, "auth.example.com", "ada@example.com"));

        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("script", svg, StringComparison.Ordinal);
        Assert.InRange(svg.Length, 1_000, 40_000);
    }
}
