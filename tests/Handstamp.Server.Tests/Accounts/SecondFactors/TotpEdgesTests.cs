using System.Text;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>Where a code begins and ends to be valid, to the second.</summary>
public sealed class TotpEdgesTests
{
    static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    // RFC 4226, appendix D.
    [Theory]
    [InlineData(0, "755224")]
    [InlineData(1, "287082")]
    [InlineData(2, "359152")]
    [InlineData(3, "969429")]
    [InlineData(4, "338314")]
    [InlineData(5, "254676")]
    [InlineData(6, "287922")]
    [InlineData(7, "162583")]
    [InlineData(8, "399871")]
    [InlineData(9, "520489")]
    [InlineData(50077476, "000012")]
    [InlineData(50002734, "000060")]
    public void A_code_has_six_digits_also_if_the_first_ones_are_zero(long step, string code) => Assert.Equal(code, Totp.CodeOf(Secret, step));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(29, 0)]
    [InlineData(30, 1)]
    [InlineData(59, 1)]
    [InlineData(60, 2)]
    [InlineData(2_000_000_000, 66_666_666)]
    public void A_step_has_thirty_seconds(long seconds, long step) => Assert.Equal(step, Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds)));

    // The code of the seconds 300 to 329.
    [Theory]
    [InlineData(269, false)]
    [InlineData(270, true)]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(329, true)]
    [InlineData(330, true)]
    [InlineData(359, true)]
    [InlineData(360, false)]
    public void A_code_is_valid_for_thirty_seconds_before_and_after_its_time(long seconds, bool isFound)
    {
        var found = Totp.FindStep(Secret, Totp.CodeOf(Secret, 10), DateTimeOffset.FromUnixTimeSeconds(seconds), lastStep: 0);

        Assert.Equal(isFound ? 10 : null, found);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, true)]
    [InlineData(10, false)]
    [InlineData(11, false)]
    public void A_code_is_found_only_if_its_step_is_after_the_last_one(long lastStep, bool isFound) => Assert.Equal(
        isFound ? 10 : null, Totp.FindStep(Secret, Totp.CodeOf(Secret, 10), DateTimeOffset.FromUnixTimeSeconds(300), lastStep));

    // With this secret, 50424280 and the next step have the same code, and so have 50897033 and the one after the next.
    [Theory]
    [InlineData(50424280, 50424281, 50424280)]
    [InlineData(50424280, 50424281, 50424281)]
    [InlineData(50897033, 50897035, 50897034)]
    public void Of_two_steps_with_the_same_code_the_earlier_one_is_found_first(long first, long second, long now)
    {
        var code = Totp.CodeOf(Secret, first);
        var time = DateTimeOffset.FromUnixTimeSeconds(now * 30);

        Assert.Equal(code, Totp.CodeOf(Secret, second));
        Assert.Equal(first, Totp.FindStep(Secret, code, time, lastStep: 0));
        Assert.Equal(second, Totp.FindStep(Secret, code, time, lastStep: first));
        Assert.Null(Totp.FindStep(Secret, code, time, lastStep: second));
    }

    [Fact]
    public void The_code_of_another_secret_is_not_found()
    {
        byte[] other = [.. Secret[..^1], (byte)'1'];

        Assert.Null(Totp.FindStep(other, Totp.CodeOf(Secret, 10), DateTimeOffset.FromUnixTimeSeconds(300), lastStep: 0));
    }

    [Theory]
    [InlineData("123456", "123456")]
    [InlineData(" 123 456 ", "123456")]
    [InlineData("1 2 3 4 5 6", "123456")]
    [InlineData("123-456", "123-456")]
    [InlineData("123\t456", "123\t456")]
    [InlineData("", "")]
    public void The_spaces_of_a_code_do_not_count(string typed, string code) => Assert.Equal(code, Totp.Normalize(typed));

    [Fact]
    public void A_secret_has_160_bits_and_its_codes_are_those_that_all_apps_make()
    {
        Assert.Equal(20, Totp.NewSecret().Length);
        Assert.Equal((6, 30), (Totp.Digits, Totp.Period));
    }

    [Fact]
    public void Both_names_in_the_address_are_escaped() => Assert.Equal(
        "otpauth://totp/a%3Ab%26c:ada%20%26%20eve?secret=MZXW6YTBOI&issuer=a%3Ab%26c",
        Totp.Uri(Encoding.ASCII.GetBytes("foobar"), "a:b&c", "ada & eve"));

    [Theory]
    [InlineData("MZXW6YTBOI", "MZXW 6YTB OI")]
    [InlineData("MZXW6YTB", "MZXW 6YTB")]
    [InlineData("MY", "MY")]
    public void A_secret_that_a_person_types_is_shown_in_groups_of_four(string secret, string groups) =>
        Assert.Equal(groups, new TotpEnrolment { Secret = secret, Uri = "", QrSvg = "" }.Grouped());
}
