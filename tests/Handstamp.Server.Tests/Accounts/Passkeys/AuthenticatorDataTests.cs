using Handstamp.Server.Accounts.Passkeys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>The data of an authenticator (WebAuthn §6.1): 32 bytes of a hash, the flags, a counter, and the model.</summary>
public sealed class AuthenticatorDataTests
{
    const int FlagsAt = 32;

    [Theory]
    [InlineData(0x04, true)]
    [InlineData(0x05, true)]
    [InlineData(0xff, true)]
    [InlineData(0x00, false)]
    [InlineData(0x01, false)]
    [InlineData(0xfb, false)]
    public void The_third_flag_says_whether_the_user_was_verified(int flags, bool isVerified)
    {
        // The bytes on both sides of the flags say the opposite.
        var other = isVerified ? (byte)0x00 : (byte)0xff;
        byte[] data = [.. Enumerable.Repeat(other, FlagsAt), (byte)flags, .. Enumerable.Repeat(other, 4)];

        Assert.Equal(isVerified, AuthenticatorData.HasVerifiedUser(data));
    }

    [Fact]
    public void The_model_is_behind_the_flags_and_the_counter()
    {
        var model = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        byte[] data = [.. Enumerable.Repeat((byte)0xee, 37), .. model.ToByteArray(bigEndian: true)];

        Assert.Equal(model, AuthenticatorData.AaguidOf(Attestation(data)));
        Assert.Equal(model, AuthenticatorData.AaguidOf(Attestation([.. data, .. new byte[300]])));
    }

    [Theory]
    [InlineData(0x00, 0x01)]
    [InlineData(0x01, 0x01)]
    [InlineData(0x5c, 0x5d)]
    [InlineData(0xfe, 0xff)]
    public void The_flag_that_a_user_was_present_is_set_and_nothing_else(int before, int after)
    {
        byte[] data = [.. Enumerable.Repeat((byte)0xa2, FlagsAt), (byte)before, 1, 2, 3, 4];
        byte[] present = [.. data[..FlagsAt], (byte)after, 1, 2, 3, 4];

        Assert.Equal(Attestation(present), AuthenticatorData.WithUserPresent(Attestation(data)));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(32, false)]
    [InlineData(33, true)]
    [InlineData(300, true)]
    public void Data_without_flags_has_none_to_set(int length, bool hasFlags) =>
        Assert.Equal(hasFlags, AuthenticatorData.WithUserPresent(Attestation(new byte[length])) is not null);

    [Fact]
    public void What_was_attested_is_left_out()
    {
        byte[] data = [.. new byte[FlagsAt], 0x01];
        // With an algorithm in the statement of the attestation, and with a member that this service does not know.
        byte[] packed =
        [
            0xa4, 0x63, .. "aaa"u8, 0x81, 0x01, 0x63, .. "fmt"u8, 0x66, .. "packed"u8,
            0x67, .. "attStmt"u8, 0xa1, 0x63, .. "alg"u8, 0x26, 0x68, .. "authData"u8, .. Bytes(data),
        ];

        Assert.Equal(Attestation(data), AuthenticatorData.WithUserPresent(packed));
    }

    [Fact]
    public void An_object_without_data_or_in_another_form_can_not_be_read()
    {
        byte[][] broken =
        [
            [],
            [0x80],
            [0xa0],
            [0xff],
            [0xa1, 0x63, .. "fmt"u8, 0x64, .. "none"u8],
            [0xa1, 0x68, .. "authdata"u8, .. Bytes(new byte[40])],
            [0xa1, 0x68, .. "authData"u8, 0x61, 0x78],
            // A label that is a number comes first.
            [0xa2, 0x01, 0x01, 0x68, .. "authData"u8, .. Bytes(new byte[40])],
            // Not in the order of CTAP.
            [0xa3, 0x67, .. "attStmt"u8, 0xa0, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x68, .. "authData"u8, .. Bytes(new byte[40])],
            // A map without a length.
            [0xbf, .. Attestation(new byte[40])[1..], 0xff],
            Attestation(new byte[40])[..^1],
        ];

        foreach (var one in broken) Assert.Null(AuthenticatorData.WithUserPresent(one));
    }

    static byte[] Attestation(byte[] data) =>
    [
        0xa3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xa0, 0x68, .. "authData"u8, .. Bytes(data),
    ];

    static byte[] Bytes(byte[] bytes) => bytes.Length switch
    {
        < 24 => [(byte)(0x40 | bytes.Length), .. bytes],
        < 256 => [0x58, (byte)bytes.Length, .. bytes],
        _ => [0x59, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes],
    };
}
