using Handstamp.Server.Accounts.SecondFactors;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>What an import can bring as a recovery code.</summary>
public sealed class RecoveryCodeFormTests
{
    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_code_has_10_to_64_letters_and_digits(int length, bool isValid)
    {
        var code = string.Concat(Enumerable.Repeat("aZ09b", 13))[..length];

        Assert.Equal(isValid, RecoveryCodes.IsValid(code));
        // Neither hyphens nor spaces count.
        Assert.Equal(isValid, RecoveryCodes.IsValid($" {string.Join('-', code.AsEnumerable())}\t\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("----------")]
    [InlineData("abcdefghi\u00e9")]
    [InlineData("abcdefghi\u0663")]
    [InlineData("abcde_fghij")]
    [InlineData("abcde.fghij")]
    [InlineData("abcdefghi$")]
    [InlineData("$")]
    [InlineData("$abcdefghij")]
    public void Another_character_is_in_none(string code) => Assert.False(RecoveryCodes.IsValid(code));

    [Theory]
    [InlineData("$sha256$", 32, true)]
    [InlineData("$sha256$", 31, false)]
    [InlineData("$sha256$", 33, false)]
    [InlineData("$sha256$", 64, false)]
    [InlineData("$sha256$", 0, false)]
    [InlineData("$sha512$", 64, true)]
    [InlineData("$sha512$", 63, false)]
    [InlineData("$sha512$", 65, false)]
    [InlineData("$sha512$", 32, false)]
    [InlineData("$SHA256$", 32, false)]
    [InlineData("$sha1$", 20, false)]
    [InlineData(" $sha256$", 32, false)]
    [InlineData("$former$", 32, false)]
    public void A_hash_is_of_one_of_two_kinds_and_has_its_length(string kind, int length, bool isValid) =>
        Assert.Equal(isValid, RecoveryCodes.IsValid(kind + Hash(length)));

    [Fact]
    public void A_hash_has_one_form()
    {
        var hash = Hash(32);

        Assert.True(RecoveryCodes.IsValid($"$sha256${hash}"));
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash.TrimEnd('=')}"));
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash} "));
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash.Insert(8, " ")}"));
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash.Insert(8, "\n")}"));
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash.Replace('/', '_')}"));
        // The last letter has two bits that are not of the hash.
        Assert.EndsWith("8=", hash, StringComparison.Ordinal);
        Assert.False(RecoveryCodes.IsValid($"$sha256${hash[..^2]}9="));
    }

    [Fact]
    public void Only_the_hash_of_this_service_needs_the_account_to_keep_its_id()
    {
        Assert.True(RecoveryCodes.NeedsId($"$sha256${Hash(32)}"));
        Assert.False(RecoveryCodes.NeedsId($"$sha512${Hash(64)}"));
        Assert.False(RecoveryCodes.NeedsId($"x$sha256${Hash(32)}"));
        Assert.False(RecoveryCodes.NeedsId("a1b0c-d3f4g"));
    }

    [Fact]
    public void The_numbers_of_codes_and_the_rule_are_as_they_are_documented()
    {
        Assert.Equal((10, 32), (RecoveryCodes.Count, RecoveryCodes.MostImported));
        Assert.Equal("A recovery code has 10 to 64 letters of ASCII and digits, or is a hash that an export has written.", RecoveryCodes.Rule);
    }

    [Fact]
    public void Each_new_code_is_one() => Assert.All(RecoveryCodes.New(), code => Assert.True(RecoveryCodes.IsValid(code)));

    static string Hash(int length) => Convert.ToBase64String([.. Enumerable.Repeat((byte)0xff, length)]);
}
