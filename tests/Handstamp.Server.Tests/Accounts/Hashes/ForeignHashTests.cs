using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>Hashes made by other programs, each with its source.</summary>
public sealed class ForeignHashTests
{
    const string Plain = "my password";
    const string Unicode = "pässwörd 🔑";

    static readonly PasswordHasher Hasher = new(new Argon2id(TestAccounts.Options()), TestAccounts.NoSeal());

    // From the README of github.com/firebase/scrypt.
    const string FirebaseProject =
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==";

    public static TheoryData<string, string> Hashes => new()
    {
        // github.com/P-H-C/phc-winner-argon2, src/test.c
        { "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA", "password" },
        { "$argon2i$v=19$m=256,t=2,p=2$c29tZXNhbHQ$T/XOJ2mh1/TIpJHfCdQan76Q5esCFVoT5MAeIM1Oq2E", "password" },
        // passlib 1.7.4
        { "$scrypt$ln=10,r=8,p=2$bI2xtvbeWyvlPAfAuNea0w$hwRbL4ujbUZmk9d7nlocNK9clZVuKNC49hNDHz4vVyg", Plain },
        { "$scrypt$ln=10,r=8,p=2$A2AsJQTg/N/bWyuFMMb43w$kTBfaYp2uhrg3vpd/gruACwaCFgZ1E3afETHAryjdd8", Unicode },
        // firebase-scrypt 2.2.0 of npm; the first one is also in Firebase's README
        { $"{FirebaseProject}$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==", "user1password" },
        { $"{FirebaseProject}$42xEC+ixf3L2lw==$sGRJQ7BCMQj+nCHuJJUvbogPX1UiMBaY5ns/lMFZlPmvrRm+lkrL3a8mt96lY4X8+DwsyoglTi+Zg6987y5DcA==", Plain },
        { $"{FirebaseProject}$42xEC+ixf3L2lw==$fujQFTxxy2s6mUNbJ9EAcVAiFVZm+Sv8s4OKLUQlxwcj/Pqy85Hh+HhBmznZHkyfv8HSOwb6MI5P0YDO6zsTIA==", Unicode },
        // @better-auth/utils 0.5.1 of npm, which better-auth 1.7.25 uses
        {
            "0be956624c068602c8063d34ef52ef67:e53b8d1310f29acb440355dab1d21e695a740269e8d199b636755000d1b8e270c9e22b42e4262b4d494b9c2d8156aee2632d0c7ae493ce9858409a5f0803fed3",
            Plain
        },
        {
            "e2b2c76d865ddd75e0f4c4c616168cf2:8f58ae6a773b74ccf56f488804e749271211f06e4132599ca55844d950ae7ebfb00f0f877598089cb9250d7894017cafea01c597646e721936804444d11776b1",
            Unicode
        },
        // passlib 1.7.4
        { "$pbkdf2$1000$7X0vBeA8x1grRYiR0noPwQ$pAPI2YPHKRuRomCXDgpRiOpYCWs", Plain },
        { "$pbkdf2$1000$H0OotXaOce59b.3dO8d47w$Xuqn/VK0rP0lM5S1oEQEE0u18Ao", Unicode },
        { "$pbkdf2-sha256$29000$mXPOWat1jhGiFOI8h/C.Fw$mLwtxAe53E.XhRd8x1lBCHUeBWihL/O/XZ3PooCsHqQ", Plain },
        { "$pbkdf2-sha256$29000$EwIAgLAWIiQkRMjZW2uNMQ$IlLRclVYwPxtOHA28fuz8H7Ud2WWf3btWHobnE3r6S0", Unicode },
        { "$pbkdf2-sha512$25000$RKg1xngv5XwvBUBISYkxBg$VtaI62YKJ0ZO/GK.kuSI123c1vD0iIcE5L0O96.M2aD7y0s2IiQE3bzCPWL24vqx1szPAQEjU6x/wct.B2znlg", Plain },
        { "$pbkdf2-sha512$25000$CkHoPae0llIqBaCUci5FSA$IErWa7UGTsYJtsDqm3WsMCJb3Xijy8Fypp4Cs2vLkQezrbvFRw1uWLoQEsB53z0.Dg9bVnYZRbJOXoaIfjU7DQ", Unicode },
        // Django 5.2, tests/auth_tests/test_hashers.py
        { "pbkdf2_sha256$1000000$seasalt$r1uLUxoxpP2Ued/qxvmje7UH9PUJBkRrvf9gGPL7Cps=", "lètmein" },
        // passlib 1.7.4
        { "pbkdf2_sha1$1000$z4xjPQHkodg3$NRRHsWzrIiKkmMbUHYlJWsJaZpQ=", Plain },
        { "{SSHA}6fNhb7XWih0mGyGmFzJLJjojaESsdS4F", Plain },
        { "{SSHA}pAMwh9CCqvkaHB9xfzKY1TwEJ4e7Vyql", Unicode },
        { "{SSHA256}dzSQCtvnzjZ/nXj0TxHqhSQDXVwbATz+N/JS7upX1HJJaU3JGaM0Rg==", Plain },
        { "{SSHA256}Qz6xtZ2qkdWEVXdu5rMZxzF7+4U96lK0KoKaTOYkGdD8/z+n1LrX2g==", Unicode },
        { "{SSHA512}fESdGd5mdO+nmbVVAkqie58bAzRXcZyID2VC8tzuhLxkEFsj9CzMjdDWU3ShFaGesuGelRfYo0VYwGMhOLCFIsf4H+Nci5Ey", Plain },
        { "{SSHA512}dBSal9ZeNq7LL/R+mQsvBk1m7r29Joyub3qT5DLo2loII89GAEciGzR8U7TZgOTkgerDFSdAmUj1tNEPh3EiK3EuZWwtRcgZ", Unicode },
        // OpenSSL 3.0.19, openssl passwd -1 and -apr1
        { "$1$abcdefgh$/vef69gdtGgcfGayVW/EU1", Plain },
        { "$1$ab$I4ziiRViP36lFZI6PXcJC.", Unicode },
        { "$apr1$abcdefgh$7Uk5GpZeOBMymSkWUeI7e0", Plain },
        // passlib 1.7.4
        { "$1$dAnSba0x$BlniIW5adGLWdGFbQNnmK1", Unicode },
        { "$apr1$nodRMIvf$.uP/.LOZoHyH9UdLPeKSq0", Unicode },
        // libxcrypt 4.4, by Python's crypt
        { "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "Hello world!" },
        { "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", "Hello world!" },
        { "$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA", "Hello world!" },
        { "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.", "Hello world!" },
        { "$6$rounds=1400$anotherlongsalts$K.72OHbncTyq35tBzcB5zmYHlj7M6eNphA1WVeaptZdAF45JnApdXgdohzlEboE0XY/f/D5jAc8lurLNKIwxP1", Plain },
        { "$6$ab$6iksSzUcehUkb8LuauODQuRvDJzyJUxie.Min1Gaeuamx3Xv8Rdt5B3tnAz7D/KWjrIb0wy.mfBk.PksPjZwH.", Unicode },
        { "$5$$Dh8K10X3PajUrYndHmm51IBWBsZbz.XMqsIXzx5/S.7", Plain },
        // OpenSSL 3.0.19, openssl passwd -5
        { "$5$abcdefgh$YhjN9hojnGwdQRL8Q.yskTLoDxkiDnZGDyv5JNRA45D", Plain },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void An_imported_hash_accepts_only_its_password_and_is_renewed(string hash, string password)
    {
        Assert.Null(HashFormats.Fault(hash));
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(hash, password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, password + "x"));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, password[1..]));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, ""));
    }

    [Theory]
    // Made by Python's crypt from 200 times the letter x.
    [InlineData("$1$saltstri$hTcl5UsLkavcVSiqAXj.d.")]
    [InlineData("$5$rounds=1000$saltstring$4eRJ2tl7h8FcfGR9Gne.9eAgo4Gn9aazhcM6Lvs0Y.A")]
    [InlineData("$6$rounds=1000$saltstring$tVAVrR76wPNGN4nhobkd6zuMWdAVHUclEfp4qH3k74uSXrsgD648zL7xWMDb.l0rvus8IUEdzVoL9Jv7A./u//")]
    public void A_password_that_is_longer_than_the_digest_is_verified(string hash)
    {
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(hash, new string('x', 200)));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, new string('x', 199)));
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void Every_function_verifies_the_longest_password_in_any_script(string hash, string password) =>
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, new string('漢', PasswordPolicy.MaxLength - password.Length) + password));

    [Theory]
    [MemberData(nameof(Hashes))]
    public void A_hash_that_is_too_short_or_too_long_is_refused_with_the_expected_form(string hash, string password)
    {
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash[..^8], password));
        foreach (var other in (string[])[hash[..20], hash + "!", hash + "\n", hash + hash, " " + hash])
        {
            Assert.EndsWith(".", HashFormats.Fault(other), StringComparison.Ordinal);
            Assert.DoesNotContain(hash[^20..], HashFormats.Fault(other)!, StringComparison.Ordinal);
            Assert.Equal(PasswordVerificationResult.Failed, Verify(other, password));
        }
    }

    static PasswordVerificationResult Verify(string hash, string password) =>
        Hasher.VerifyHashedPassword(TestAccounts.Account(), hash, password);
}
