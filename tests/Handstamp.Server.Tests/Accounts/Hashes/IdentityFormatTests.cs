using System.Buffers.Binary;
using System.Security.Cryptography;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class IdentityFormatTests
{
    const string Form = "A hash of ASP.NET Core Identity must be base64 in version 2 or 3.";

    [Theory]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV2)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV3)]
    public void What_Identity_makes_is_verified(PasswordHasherCompatibilityMode version)
    {
        var identity = new PasswordHasher<Account>(Options.Create(new PasswordHasherOptions { CompatibilityMode = version, IterationCount = 3 }));

        var stored = HashFormats.Read(identity.HashPassword(TestAccounts.Account(), "my password"))!;

        Assert.True(stored.Verify("my password"u8));
        Assert.False(stored.Verify("my passwore"u8));
    }

    [Theory]
    [InlineData(0, "", 20, 16)]
    [InlineData(0, "", 32, 16)]
    [InlineData(1, "sha256", 32, 17)]
    [InlineData(1, "sha256", 64, 64)]
    [InlineData(2, "sha512", 64, 16)]
    [InlineData(2, "sha512", 32, 16)]
    public void The_three_functions_are_verified_with_any_salt(int number, string function, int length, int saltLength)
    {
        byte[] salt = [.. Enumerable.Range(1, saltLength).Select(one => (byte)one)];
        var key = Rfc2898DeriveBytes.Pbkdf2("my password"u8, salt, 2, Pbkdf2.HashOf(function)!.Value, length);

        Assert.True(HashFormats.Read(V3(number, 2, salt.Length, [.. salt, .. key]))!.Verify("my password"u8));
        Assert.False(HashFormats.Read(V3(number, 3, salt.Length, [.. salt, .. key]))!.Verify("my password"u8));
    }

    [Fact]
    public void The_cost_is_that_of_PBKDF2()
    {
        Assert.Equal(new HashCost(0, 1_000), HashFormats.Read(Convert.ToBase64String(new byte[49]))!.Cost);
        Assert.Equal(new HashCost(0, 1_000), HashFormats.Read(V3(0, 1_000, 16, new byte[48]))!.Cost);
        Assert.Equal(new HashCost(0, 500), HashFormats.Read(V3(1, 1_000, 16, new byte[48]))!.Cost);
        Assert.Equal(new HashCost(0, 1_200), HashFormats.Read(V3(2, 1_000, 16, new byte[48]))!.Cost);
        Assert.Contains("times as long", HashFormats.Fault(V3(1, 999_999_999, 16, new byte[48])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 48, false)]
    [InlineData(0, 49, true)]
    [InlineData(0, 50, false)]
    [InlineData(0, 61, false)]
    [InlineData(1, 49, false)]
    [InlineData(2, 49, false)]
    public void Version_2_has_one_length(int version, int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Convert.ToBase64String([(byte)version, .. new byte[length - 1]])));

    // As long as one of version 2.
    [Fact]
    public void The_first_byte_and_not_the_length_says_the_version() =>
        Assert.Equal(new HashCost(0, 2_000), HashFormats.Read(V3(0, 4_000, 16, new byte[36]))!.Cost);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Version_3_begins_with_a_one(int version) => Assert.Equal(Form, HashFormats.Fault(V3(1, 1, 16, new byte[48], version)));

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_function_that_Identity_does_not_have_is_refused_with_the_form(int function) =>
        Assert.Equal(Form, HashFormats.Fault(V3(function, 1, 16, new byte[48])));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1_000_000_000, false)]
    public void The_iterations_have_a_range(int iterations, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(V3(1, iterations, 16, new byte[48])));

    [Theory]
    // Of the salt and the key that follow: how long both are, and how long the salt is said to be.
    [InlineData(47, 15, false)]
    [InlineData(48, 16, true)]
    [InlineData(49, 17, true)]
    [InlineData(48, 17, false)]
    [InlineData(48, 15, false)]
    [InlineData(48, 48, false)]
    [InlineData(48, 49, false)]
    [InlineData(48, int.MaxValue, false)]
    [InlineData(48, -16, false)]
    [InlineData(0, 16, false)]
    [InlineData(1, 16, false)]
    public void The_salt_has_at_least_16_bytes_and_the_rest_is_the_key(int length, int salt, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(V3(1, 1, salt, new byte[length])));

    [Fact]
    public void A_text_that_is_not_base64_is_refused_with_the_form()
    {
        var hash = V3(1, 1, 16, new byte[48]).TrimEnd('=');

        Assert.Null(HashFormats.Fault(hash));
        foreach (var other in (string[])["A", "A=", "AAAAA", hash[..^1] + "!", hash[..^1] + "-", hash + "===", hash + "\n"])
            Assert.Equal(Form, HashFormats.Fault(other));
    }

    static string V3(int function, int iterations, int salt, byte[] rest, int version = 1) =>
        Convert.ToBase64String([(byte)version, .. Bytes(function), .. Bytes(iterations), .. Bytes(salt), .. rest]);

    static byte[] Bytes(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
