using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.SecondFactors;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Which authenticator apps and recovery codes of another system can be used here.</summary>
public sealed class ImportedFactorsTests
{
    const string OtherCodes = "Codes of an authenticator app are verified with SHA-1, 6 digits and 30 seconds only. The person has to add the app again.";
    const string WrongSecret = "The secret of an authenticator app must be base 32 of 10 to 128 bytes.";
    const string WrongName = "The name of an authenticator app has 1 to 64 characters, and no control characters.";
    const string NeedsFactor = "A user with recovery codes must have an authenticator app, or a passkey as the second factor.";

    // As a hash of an export, and as one of Keycloak.
    static readonly string OwnHash = "$sha256$" + Convert.ToBase64String(new byte[32]);
    static readonly string BareHash = "$sha512$" + Convert.ToBase64String(new byte[64]);

    static readonly PortableTotp App = new() { Secret = Secret };

    [Fact]
    public void Each_kind_alone_makes_factors_even_if_it_is_empty()
    {
        Assert.NotNull(Imported(new() { Email = Ada, Totp = [] }).Factors);
        Assert.NotNull(Imported(new() { Email = Ada, RecoveryCodes = [] }).Factors);
        Assert.NotNull(Imported(new() { Email = Ada, Passkeys = [] }).Factors);
    }

    [Fact]
    public void A_user_has_at_most_five_apps()
    {
        Imported(new() { Email = Ada, Totp = [App, App, App, App, App] });

        Refused("invalid_totp", "A user can have at most 5 authenticator apps.", new() { Email = Ada, Totp = [App, App, App, App, App, App] });
    }

    [Fact]
    public void Each_app_has_a_secret()
    {
        Refused("invalid_totp", "An authenticator app must be an object with a secret.", new() { Email = Ada, Totp = [App, null!] });
        Refused("invalid_totp", "An authenticator app must be an object with a secret.", new() { Email = Ada, Totp = [App, new() { Secret = null! }] });
    }

    [Theory]
    [InlineData("SHA1", 6, 30)]
    [InlineData("sha1", null, null)]
    [InlineData("SHA-1", null, 30)]
    [InlineData("HmacSHA1", 6, null)]
    public void An_app_makes_the_codes_that_all_apps_make(string algorithm, int? digits, int? period) =>
        Imported(new() { Email = Ada, Totp = [new() { Secret = Secret, Algorithm = algorithm, Digits = digits, Period = period }] });

    [Theory]
    [InlineData("SHA256", null, null)]
    [InlineData("", null, null)]
    [InlineData(null, 8, null)]
    [InlineData(null, 5, null)]
    [InlineData(null, null, 60)]
    [InlineData(null, null, 29)]
    [InlineData("SHA1", 8, 30)]
    [InlineData("SHA1", 6, 60)]
    public void Any_other_codes_are_not_verified(string? algorithm, int? digits, int? period)
    {
        var other = new PortableTotp { Secret = Secret, Algorithm = algorithm, Digits = digits, Period = period };

        Refused("invalid_totp", OtherCodes, new() { Email = Ada, Totp = [App, other] });
    }

    [Fact]
    public void A_secret_has_10_to_128_bytes_of_base_32()
    {
        Imported(new() { Email = Ada, Totp = [new() { Secret = SecretOf(10) }, new() { Secret = SecretOf(128) }] });

        foreach (var secret in new[] { SecretOf(9), SecretOf(129), "", Secret + "!" })
            Refused("invalid_totp", WrongSecret, new() { Email = Ada, Totp = [App, new() { Secret = secret }] });
    }

    [Fact]
    public void The_name_of_an_app_has_1_to_64_characters()
    {
        Imported(new() { Email = Ada, Totp = [App, new() { Secret = Secret, Name = "a" }, new() { Secret = Secret, Name = new string('a', 64) }] });

        foreach (var name in new[] { "", new string('a', 65), "a\n" })
            Refused("invalid_totp", WrongName, new() { Email = Ada, Totp = [App, new() { Secret = Secret, Name = name }] });
    }

    [Fact]
    public void A_user_has_at_most_32_recovery_codes()
    {
        Imported(new() { Email = Ada, Totp = [App], RecoveryCodes = Codes(32) });

        Refused("invalid_recovery_codes", "A user can have at most 32 recovery codes.", new() { Email = Ada, Totp = [App], RecoveryCodes = Codes(33) });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1234-5678")]
    [InlineData("$sha256$AAAA")]
    public void Each_recovery_code_is_one(string? code)
    {
        Refused("invalid_recovery_codes", RecoveryCodes.Rule, new() { Email = Ada, Totp = [App], RecoveryCodes = ["4k7mq-x2t9d", code!] });
        Refused("invalid_recovery_codes", RecoveryCodes.Rule, new() { Id = Id, Email = Ada, Totp = [App], RecoveryCodes = [code!] });
    }

    [Fact]
    public void A_hash_of_the_account_and_the_code_needs_the_id()
    {
        Imported(new() { Id = Id, Email = Ada, Totp = [App], RecoveryCodes = [BareHash, OwnHash] });
        Imported(new() { Email = Ada, Totp = [App], RecoveryCodes = [BareHash, "4k7mq-x2t9d"] });

        Refused(
            "invalid_recovery_codes", "Hashes of recovery codes are of use only to an account that keeps its id.",
            new() { Email = Ada, Totp = [App], RecoveryCodes = [BareHash, OwnHash] });
    }

    [Fact]
    public void Recovery_codes_stand_in_for_an_app_or_a_passkey_that_is_a_second_factor()
    {
        var (alone, second) = (NewPasskey("AQID"), NewPasskey("BAUG", secondFactor: true));
        string[] codes = ["4k7mq-x2t9d"];

        Imported(new() { Email = Ada, Totp = [App], RecoveryCodes = codes });
        Imported(new() { Id = Id, Email = Ada, Totp = [App], RecoveryCodes = codes, Passkeys = [alone] });
        Imported(new() { Id = Id, Email = Ada, RecoveryCodes = codes, Passkeys = [alone, second] });
        Imported(new() { Id = Id, Email = Ada, Totp = [], RecoveryCodes = codes, Passkeys = [second] });
        Imported(new() { Email = Ada, Totp = [], RecoveryCodes = [] });

        Refused("invalid_recovery_codes", NeedsFactor, new() { Email = Ada, RecoveryCodes = codes });
        Refused("invalid_recovery_codes", NeedsFactor, new() { Email = Ada, Totp = [], RecoveryCodes = codes });
        Refused("invalid_recovery_codes", NeedsFactor, new() { Email = Ada, Passkeys = [], RecoveryCodes = codes });
        Refused("invalid_recovery_codes", NeedsFactor, new() { Id = Id, Email = Ada, Passkeys = [alone], RecoveryCodes = codes });
    }

    static string[] Codes(int count) => [.. Enumerable.Range(0, count).Select(number => $"aaaaa-bbb{number:D2}")];
}
