using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>Fast hashes of other programs inside Argon2id. The fast ones are those of <see cref="ForeignHashTests"/>.</summary>
public sealed class WrappedHashTests
{
    const string Password = "my password";

    static readonly Argon2id Argon2id = new(TestAccounts.Options());
    static readonly PasswordHasher Hasher = new(Argon2id, TestAccounts.NoSeal());

    public static TheoryData<string> Fast =>
    [
        "{SSHA}6fNhb7XWih0mGyGmFzJLJjojaESsdS4F",
        "{SSHA256}dzSQCtvnzjZ/nXj0TxHqhSQDXVwbATz+N/JS7upX1HJJaU3JGaM0Rg==",
        "{SSHA512}fESdGd5mdO+nmbVVAkqie58bAzRXcZyID2VC8tzuhLxkEFsj9CzMjdDWU3ShFaGesuGelRfYo0VYwGMhOLCFIsf4H+Nci5Ey",
        "$1$abcdefgh$/vef69gdtGgcfGayVW/EU1",
        "$apr1$abcdefgh$7Uk5GpZeOBMymSkWUeI7e0",
        "$5$abcdefgh$YhjN9hojnGwdQRL8Q.yskTLoDxkiDnZGDyv5JNRA45D",
        "$6$rounds=1400$anotherlongsalts$K.72OHbncTyq35tBzcB5zmYHlj7M6eNphA1WVeaptZdAF45JnApdXgdohzlEboE0XY/f/D5jAc8lurLNKIwxP1",
    ];

    [Theory]
    [MemberData(nameof(Fast))]
    public void A_wrapped_hash_accepts_only_the_same_password_and_is_renewed(string hash)
    {
        var wrapped = WrappedFormat.Wrap(hash, Argon2id)!;

        Assert.Null(HashFormats.Fault(wrapped));
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(wrapped, Password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(wrapped, Password + "x"));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(wrapped, ""));
    }

    [Theory]
    [MemberData(nameof(Fast))]
    public void A_wrapped_hash_reveals_the_salt_and_nothing_of_the_digest(string hash)
    {
        var wrapped = WrappedFormat.Wrap(hash, Argon2id)!;
        var form = HashText.FromBase64(wrapped.Split('$')[2])!;

        var text = System.Text.Encoding.ASCII.GetString(form);
        Assert.Equal(hash.Length, text.Length);
        Assert.Equal(PasswordVerificationResult.Failed, Verify(text, Password));
        // Four equal characters in the same place would not be chance. The salt of {SSHA} is at the end.
        var digest = hash.LastIndexOfAny(['$', '}']) + 1;
        Assert.NotEqual(hash.Substring(digest, 4), text.Substring(digest, 4));
        Assert.NotEqual(hash.Substring(digest + 12, 4), text.Substring(digest + 12, 4));
    }

    [Theory]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("$pbkdf2-sha256$29000$mXPOWat1jhGiFOI8h/C.Fw$mLwtxAe53E.XhRd8x1lBCHUeBWihL/O/XZ3PooCsHqQ")]
    [InlineData("no hash")]
    public void Another_hash_is_not_wrapped(string hash) => Assert.Null(WrappedFormat.Wrap(hash, Argon2id));

    [Fact]
    public void A_wrapped_hash_is_not_wrapped_again()
    {
        var wrapped = WrappedFormat.Wrap("$1$abcdefgh$/vef69gdtGgcfGayVW/EU1", Argon2id)!;

        Assert.Null(WrappedFormat.Wrap(wrapped, Argon2id));
        Assert.NotNull(HashFormats.Fault($"$wrapped${Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(wrapped)).TrimEnd('=')}{Argon2id.Hash("x")}"));
    }

    static PasswordVerificationResult Verify(string hash, string password) =>
        Hasher.VerifyHashedPassword(TestAccounts.Account(), hash, password);
}
