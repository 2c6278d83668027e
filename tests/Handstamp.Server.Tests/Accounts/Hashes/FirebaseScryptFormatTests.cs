using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class FirebaseScryptFormatTests
{
    const string Form = "A Firebase hash must have the form $fbscrypt$v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER-KEY$SALT$HASH.";

    // 20 bytes, so a block and a part of one.
    const string SignerKey = "AAECAwQFBgcICQoLDA0ODxAREhM=";
    const string Encrypted = "38oX0RpMd5AEJI24pajUEOaHa98=";

    [Theory]
    // Made by hashlib of Python 3.11 (scrypt) and OpenSSL 3.0 (aes-256-ctr). Only the signer keys of Firebase's README fill their blocks.
    [InlineData("AAECAwQFBgcICQoLDA0ODw==", "38oX0RpMd5AEJI24pajUEA==")]
    [InlineData(SignerKey, Encrypted)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", "38oX0RpMd5AEJI24pajUEOaHa9+4hHmJEAskUA8JF3/d")]
    public void A_signer_key_of_any_length_is_encrypted(string signerKey, string encrypted)
    {
        var stored = HashFormats.Read(Hash(signerKey: signerKey, encrypted: encrypted))!;

        Assert.True(PasswordBytes.Use("my password", stored.Verify));
        Assert.False(PasswordBytes.Use("my passwore", stored.Verify));
        Assert.False(PasswordBytes.Use("my password", HashFormats.Read(Hash(separator: "", signerKey: signerKey, encrypted: encrypted))!.Verify));
        Assert.False(PasswordBytes.Use("my password", HashFormats.Read(Hash(salt: "c2FsdHM=", signerKey: signerKey, encrypted: encrypted))!.Verify));
    }

    [Fact]
    public void The_text_has_the_parameters_of_the_project_and_the_plain_alphabet() => Assert.Equal(
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=/+==,sk=a+b/$/A==$+/+/",
        FirebaseScryptFormat.Text(memCost: 14, rounds: 8, separator: "_-==", signerKey: "a-b_", salt: "_A==", hash: "-_-_"));

    [Theory]
    [InlineData("v=1,n=1,r=1,p=1")]
    [InlineData("v=1,n=01,r=064,p=1")]
    [InlineData("v=1,n=18,r=8,p=1")]
    public void Parameters_from_the_least_to_the_most_are_accepted(string cost) => Assert.Null(HashFormats.Fault(Hash(cost)));

    [Theory]
    [InlineData("v=1,n=0,r=1,p=1")]
    [InlineData("v=1,n=25,r=1,p=1")]
    [InlineData("v=1,n=001,r=1,p=1")]
    [InlineData("v=1,n=1,r=0,p=1")]
    [InlineData("v=1,n=1,r=65,p=1")]
    [InlineData("v=1,n=1,r=0001,p=1")]
    [InlineData("v=1,n=1,r=1,p=2")]
    [InlineData("v=2,n=1,r=1,p=1")]
    public void Parameters_outside_the_range_are_refused_with_the_form(string cost) => Assert.Equal(Form, HashFormats.Fault(Hash(cost)));

    [Fact]
    public void The_cost_is_that_of_scrypt()
    {
        Assert.Equal(new HashCost(4, 16), HashFormats.Read(Hash())!.Cost);
        Assert.Equal(
            "The hash takes 2048 MiB of memory to verify. At most 256 MiB are allowed.", HashFormats.Fault(Hash("v=1,n=24,r=1,p=1")));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(100, true)]
    [InlineData(102, false)]
    public void The_separator_is_base64_of_at_most_100_characters_and_can_be_missing(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(separator: new string('A', length))));

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(100, true)]
    [InlineData(102, false)]
    public void The_salt_is_base64_of_at_most_100_characters(int length, bool isFine) =>
        Assert.Equal(isFine ? null : Form, HashFormats.Fault(Hash(salt: new string('A', length))));

    [Theory]
    [InlineData(20, 20, false)]
    [InlineData(22, 22, true)]
    [InlineData(25, 25, false)]
    [InlineData(22, 23, false)]
    [InlineData(23, 22, false)]
    [InlineData(22, 25, false)]
    [InlineData(25, 22, false)]
    [InlineData(200, 200, true)]
    [InlineData(202, 202, false)]
    public void The_signer_key_and_the_hash_are_base64_of_the_same_length(int signerKey, int encrypted, bool isFine) => Assert.Equal(
        isFine ? null : Form, HashFormats.Fault(Hash(signerKey: new string('A', signerKey), encrypted: new string('A', encrypted))));

    [Fact]
    public void Too_much_padding_is_refused_with_the_form()
    {
        Assert.Equal(Form, HashFormats.Fault(Hash(separator: "Bw===")));
        Assert.Equal(Form, HashFormats.Fault(Hash(salt: "c2FsdA===")));
        Assert.Equal(Form, HashFormats.Fault(Hash(signerKey: SignerKey + "==")));
        Assert.Equal(Form, HashFormats.Fault(Hash(encrypted: Encrypted + "==")));
    }

    static string Hash(
        string cost = "v=1,n=4,r=2,p=1", string separator = "Bw==", string signerKey = SignerKey, string salt = "c2FsdA==",
        string encrypted = Encrypted) => $"$fbscrypt${cost},ss={separator},sk={signerKey}${salt}${encrypted}";
}
