using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Hashes;
using Microsoft.AspNetCore.Identity;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

/// <summary>Hashes whose parameters would take an hour or all memory.</summary>
public sealed class HostileHashTests
{
    const string Tag = "ku95yrwDRCpABw/l+eCNxAP88hMu1xsUpIJ/X2L2Nao";
    const string Salt = "c29tZXNhbHRzb21lc2FsdA";

    static readonly PasswordHasher Hasher = new(new Argon2id(TestAccounts.Options()), TestAccounts.NoSeal());

    [Theory]
    [InlineData($"$argon2id$v=19$m=262145,t=1,p=1${Salt}${Tag}", "256 MiB of memory")]
    [InlineData($"$argon2id$v=19$m=4194304,t=1,p=1${Salt}${Tag}", "4096 MiB of memory")]
    [InlineData($"$argon2i$v=19$m=65536,t=1000,p=1${Salt}${Tag}", "times as long")]
    [InlineData($"$scrypt$ln=18,r=16,p=1${Salt}${Tag}", "512 MiB of memory")]
    [InlineData($"$scrypt$ln=24,r=64,p=64${Salt}${Tag}", "of memory")]
    [InlineData($"$scrypt$ln=17,r=8,p=64${Salt}${Tag}", "times as long")]
    [InlineData($"$fbscrypt$v=1,n=22,r=8,p=1,ss=,sk={Tag}${Salt}${Tag}", "4096 MiB of memory")]
    [InlineData("$2b$17$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", "times as long")]
    [InlineData("$2b$31$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW", "times as long")]
    [InlineData($"$pbkdf2-sha512$999999999${Salt}${Tag}", "times as long")]
    [InlineData("pbkdf2_sha256$999999999$seasalt$r1uLUxoxpP2Ued/qxvmje7UH9PUJBkRrvf9gGPL7Cps=", "times as long")]
    [InlineData("$5$rounds=999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "times as long")]
    // ASP.NET Core Identity with 0x3B9AC9FF iterations
    [InlineData("AQAAAAE7msn/AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==", "times as long")]
    public void A_hash_that_costs_too_much_is_refused_with_the_limit(string hash, string expected) =>
        Assert.Contains(expected, HashFormats.Fault(hash), StringComparison.Ordinal);

    // Each of these would run for minutes, or for hours.
    [Theory]
    [InlineData($"$argon2id$v=19$m=999999999,t=1,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=1048576,t=999999999,p=1${Salt}${Tag}")]
    [InlineData($"$scrypt$ln=24,r=64,p=64${Salt}${Tag}")]
    [InlineData($"$fbscrypt$v=1,n=24,r=64,p=1,ss=,sk={Tag}${Salt}${Tag}")]
    [InlineData("$2b$31$CCCCCCCCCCCCCCCCCCCCC.gRtR1g4AroqMYUtHSnuwJGpmJ/Dc6CW")]
    [InlineData($"$pbkdf2-sha512$999999999${Salt}${Tag}")]
    [InlineData("pbkdf2_sha256$999999999$seasalt$r1uLUxoxpP2Ued/qxvmje7UH9PUJBkRrvf9gGPL7Cps=")]
    [InlineData("$6$rounds=999999999$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    [InlineData("AQAAAAF/////AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==")]
    public void A_hash_that_bypassed_the_import_is_not_computed_at_a_login(string hash) =>
        Assert.Equal(PasswordVerificationResult.Failed, Hasher.VerifyHashedPassword(TestAccounts.Account(), hash, "password"));

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery staple")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")]
    [InlineData("$argon2d$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$lV7FS7zMSnDkkrEYmMJCQUSzmt4ZTWtwVlYjSAwJlU4")]
    [InlineData("$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$lV7FS7zMSnDkkrEYmMJCQUSzmt4ZTWtwVlYjSAwJlU4")]
    [InlineData($"$argon2id$v=19$m=8,t=0,p=1${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=8,t=1,p=0${Salt}${Tag}")]
    [InlineData($"$argon2id$v=19$m=8,t=1,p=999${Salt}${Tag}")]
    [InlineData($"$scrypt$ln=0,r=8,p=1${Salt}${Tag}")]
    [InlineData($"$scrypt$ln=10,r=0,p=1${Salt}${Tag}")]
    [InlineData($"$scrypt$ln=10,r=8,p=0${Salt}${Tag}")]
    [InlineData($"$scrypt$ln=99,r=999,p=999${Salt}${Tag}")]
    [InlineData($"$pbkdf2-sha256$0${Salt}${Tag}")]
    [InlineData($"$pbkdf2-md5$1000${Salt}${Tag}")]
    [InlineData("$5$rounds=999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    [InlineData("{SSHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=")]
    [InlineData("AQAAAAEAAAAAAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==")]
    [InlineData("AQAAAAEAACcQf////wABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==")]
    [InlineData("AQAAAAkAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==")]
    public void A_hash_that_cannot_be_verified_is_refused_in_a_sentence_and_accepts_no_password(string hash)
    {
        Assert.EndsWith(".", HashFormats.Fault(hash), StringComparison.Ordinal);
        Assert.Equal(PasswordVerificationResult.Failed, Hasher.VerifyHashedPassword(TestAccounts.Account(), hash, "password"));
    }

    [Fact]
    public void A_text_of_any_length_is_refused() =>
        Assert.All(
            (string[])["$6$", "A", "$2b$", "{SSHA}", "$pbkdf2-sha256$1$"],
            beginning => Assert.Contains("at most 1024 characters", HashFormats.Fault(beginning + new string('A', 1_000_000)), StringComparison.Ordinal));

    [Fact]
    public void Every_own_hash_in_the_range_of_the_settings_is_verified_at_any_cost()
    {
        Assert.NotNull(HashFormats.Read($"$argon2id$v=19$m=1048576,t=100,p=1${Salt}${Tag}"));
        Assert.Null(HashFormats.Read($"$argon2id$v=19$m=1048577,t=1,p=1${Salt}${Tag}"));
        Assert.Null(HashFormats.Read($"$argon2id$v=19$m=19456,t=101,p=1${Salt}${Tag}"));
    }
}
