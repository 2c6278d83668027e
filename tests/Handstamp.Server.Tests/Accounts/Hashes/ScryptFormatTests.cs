using System.Text;
using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class ScryptFormatTests
{
    const string Form = "A scrypt hash must have the form $scrypt$ln=14,r=8,p=1$SALT$HASH.";

    /// <summary>RFC 7914, section 12: the password, the salt, the logarithm of N, r, p and the key.</summary>
    public static TheoryData<string, string, int, int, int, string> Known => new()
    {
        {
            "", "", 4, 1, 1,
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        },
        {
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        },
        {
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void The_keys_of_the_RFC_are_derived_and_read_from_a_text(string password, string salt, int logN, int r, int p, string key)
    {
        var (bytes, derived) = (Encoding.ASCII.GetBytes(salt), Convert.FromHexString(key));

        Assert.Equal(derived, new Scrypt(logN, r, p).Derive(Encoding.ASCII.GetBytes(password), bytes, derived.Length));
        var stored = HashFormats.Read($"$scrypt$ln={logN},r={r},p={p}${Unpadded(bytes)}${Unpadded(derived)}")!;
        Assert.True(PasswordBytes.Use(password, stored.Verify));
        Assert.False(PasswordBytes.Use(password + "x", stored.Verify));
    }

    [Theory]
    [InlineData("ln=1,r=1,p=1")]
    [InlineData("ln=01,r=001,p=001")]
    [InlineData("ln=1,r=64,p=64")]
    [InlineData("ln=18,r=8,p=4")]
    public void Parameters_from_the_least_to_the_most_are_accepted(string cost) => Assert.Null(HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData("ln=0,r=1,p=1")]
    [InlineData("ln=25,r=1,p=1")]
    [InlineData("ln=1,r=0,p=1")]
    [InlineData("ln=1,r=65,p=1")]
    [InlineData("ln=1,r=1,p=0")]
    [InlineData("ln=1,r=1,p=65")]
    [InlineData("ln=001,r=1,p=1")]
    [InlineData("ln=1,r=0001,p=1")]
    [InlineData("ln=1,r=1,p=0001")]
    [InlineData("r=8,ln=14,p=1")]
    [InlineData("ln=14,r=8")]
    public void Parameters_outside_the_range_are_refused_with_the_form(string cost) => Assert.Equal(Form, HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData("ln=24,r=1,p=1", "The hash takes 2048 MiB of memory to verify. At most 256 MiB are allowed.")]
    [InlineData("ln=18,r=9,p=1", "The hash takes 288 MiB of memory to verify. At most 256 MiB are allowed.")]
    [InlineData("ln=18,r=8,p=5", "The hash takes about 2 times as long to verify as the longest that is allowed.")]
    public void Parameters_in_the_range_can_still_cost_too_much(string cost, string fault) => Assert.Equal(fault, HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(48, false)]
    [InlineData(63, false)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void The_key_has_32_or_64_bytes(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(key: Unpadded(new byte[length]))));

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(100, true)]
    [InlineData(102, false)]
    public void The_salt_is_base64_of_at_most_100_characters_and_can_be_missing(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: new string('A', length))));

    [Fact]
    public void The_memory_is_128_bytes_times_r_times_N_and_each_lane_takes_four_passes_of_Argon2()
    {
        Assert.Equal(new HashCost(16_384, 65_536), new Scrypt(14, 8, 1).Cost);
        Assert.Equal(new HashCost(16_384, 131_072), new Scrypt(14, 8, 2).Cost);
        Assert.Equal(new HashCost(1_024, 4_096), HashFormats.Read(Hash("ln=10,r=8,p=1"))!.Cost);
        Assert.Equal(134_217_728, new Scrypt(24, 64, 64).Cost.MemoryKiB);
    }

    static string Hash(string cost = "ln=1,r=1,p=1", string salt = "c2FsdA", string? key = null) =>
        $"$scrypt${cost}${salt}${key ?? Unpadded(new byte[32])}";

    static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
}
