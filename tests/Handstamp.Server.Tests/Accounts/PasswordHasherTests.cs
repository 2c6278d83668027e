using Handstamp.Server.Accounts;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class PasswordHasherTests
{
    const string Password = "my password";
    const string Wrong = "my passwore";

    static readonly PasswordHasher Hasher = new(new Argon2id(TestAccounts.Options(options =>
        (options.Hashing.MemoryKiB, options.Hashing.Passes) = (19456, 2))), TestAccounts.NoSeal());

    /// <summary>Each hash was made by another program: its kind, and whether it has the configured cost.</summary>
    public static TheoryData<string, string, bool> Foreign => new()
    {
        {
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao",
            Password, true
        },
        {
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$pfn4MpvyQ1bcHukAzUvXR016qobEPtUlN0fPeS4Bozs",
            "pässwörd 🔑", true
        },
        {
            "$argon2id$v=19$m=4096,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$3ImbQ35CpUsKyurweFgR3Ci538ikaw+8t+wLIuVFuRw",
            Password, false
        },
        {
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            "password", false
        },
        { "$2a$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", Password, false },
        { "$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", Password, false },
        { "$2x$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", Password, false },
        { "$2y$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", Password, false },
        { "$2b$05$CCCCCCCCCCCCCCCCCCCCC.X35HEmnZbz8oTQVvFq9Lrv4Plb1nl6.", "pässwörd 🔑", false },
        { "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a", false },
        { "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==", Password, false },
        { "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==", Password, false },
        { "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/Q8A0WMKbtHQJQ2DHCdoEeeFBrgNlldq6vH4qX/CGqGQ==", Password, false },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void An_imported_hash_is_verified_and_renewed_unless_it_has_the_configured_cost(
        string hash, string password, bool isCurrent)
    {
        Assert.Equal(
            isCurrent ? PasswordVerificationResult.Success : PasswordVerificationResult.SuccessRehashNeeded,
            Verify(hash, password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, Wrong));
    }

    [Fact]
    public void An_accent_may_be_typed_as_a_part_of_its_letter_or_after_it()
    {
        var (composed, decomposed) = ("p\u00E4sswo\u0308rd", "pa\u0308ssw\u00F6rd");

        Assert.Equal(PasswordVerificationResult.Success, Verify(Hasher.HashPassword(TestAccounts.Account(), composed), decomposed));
        Assert.Equal(PasswordVerificationResult.Success, Verify(Hasher.HashPassword(TestAccounts.Account(), decomposed), composed));
    }

    [Theory]
    // Made by argon2-cffi 21.1 and by pyca/bcrypt 3.2.
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$cRLdFhSYYAQLb7fDidPOVTVealHXJPXfNSEPwZc+hGE")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.MlklTL1h6w7GT1hZ90m4L6S1sKq8E3q")]
    public void A_hash_of_a_password_that_was_not_normalized_is_verified_and_renewed(string hash)
    {
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(hash, "pa\u0308sswo\u0308rd"));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, "pa\u0308sswo\u0308re"));
    }

    [Fact]
    public void A_new_hash_is_an_Argon2id_string_of_the_configured_cost_that_accepts_only_its_password()
    {
        var hash = Hasher.HashPassword(TestAccounts.Account(), Password);

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", hash, StringComparison.Ordinal);
        Assert.Equal(PasswordVerificationResult.Success, Verify(hash, Password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, Wrong));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, ""));
        Assert.NotEqual(hash, Hasher.HashPassword(TestAccounts.Account(), Password));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("my password")]
    [InlineData("$argon2id$")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$")]
    [InlineData("$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao")]
    [InlineData("$2a$")]
    [InlineData("$2b$05$")]
    [InlineData("$2b$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6C")]
    [InlineData("$2b$99$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("$2b$xx$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("$2b$05$§§§§§§§§§§§§§§§§§§§§§§gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("$2z$05$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("A")]
    [InlineData("AAAA")]
    [InlineData("AQAAAAEAACcQAAAAEAAB")]
    [InlineData("AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg!!!")]
    public void A_text_that_is_not_a_hash_accepts_no_password_and_does_not_throw(string hash) =>
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, Password));

    [Theory]
    [InlineData("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao")]
    [InlineData("$2b$04$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData("AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==")]
    [InlineData("AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==")]
    public void A_truncated_hash_accepts_no_password_and_does_not_throw(string hash) =>
        Assert.All(Enumerable.Range(0, hash.Length), length =>
            Assert.Equal(PasswordVerificationResult.Failed, Verify(hash[..length], Wrong)));

    [Fact]
    public void A_password_over_the_maximum_length_is_wrong()
    {
        var longest = new string('x', PasswordPolicy.MaxLength);
        var hash = Hasher.HashPassword(TestAccounts.Account(), longest);

        Assert.Equal(PasswordVerificationResult.Success, Verify(hash, longest));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, longest + "x"));
    }

    [Fact]
    public void The_longest_password_fits_in_any_script()
    {
        var longest = new string('漢', PasswordPolicy.MaxLength);

        Assert.Equal(PasswordVerificationResult.Success,
            Verify(Hasher.HashPassword(TestAccounts.Account(), longest), longest));
    }

    [Fact]
    public void The_decoy_has_the_configured_cost_and_no_password()
    {
        var argon2id = new Argon2id(TestAccounts.Options());
        var decoy = argon2id.MakeDecoy();

        Assert.True(argon2id.IsCurrent(decoy));
        Assert.Equal(argon2id.Hash("").Length, decoy.Length);
        Assert.False(Argon2id.Verify(decoy, ""));
        Assert.NotEqual(decoy, argon2id.MakeDecoy());
    }

    static PasswordVerificationResult Verify(string hash, string password) =>
        Hasher.VerifyHashedPassword(TestAccounts.Account(), hash, password);
}
