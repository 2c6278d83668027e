using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Which users of another system are refused, and with what words.</summary>
public sealed class ImportedAccountTests
{
    // "correct horse battery staple", hashed by Python's crypt.
    const string Hash = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS";

    [Fact]
    public void An_id_is_not_zero()
    {
        Refused("invalid_id", "An id cannot be zero.", new() { Id = Guid.Empty, Email = Ada });

        Assert.Equal(Id, Imported(new() { Id = Id, Email = Ada }).Account.Id);
    }

    [Fact]
    public void Each_time_is_between_1970_and_now_and_the_clocks_may_differ_by_a_day()
    {
        Assert.All(WithTime(DateTimeOffset.UnixEpoch), user => Imported(user));
        Assert.All(WithTime(Now.AddDays(1)), user => Imported(user));
        Assert.All(WithTime(DateTimeOffset.UnixEpoch.AddTicks(-1)), user => Refused("invalid_time", "A time must be between 1970 and now.", user));
        Assert.All(WithTime(Now.AddDays(1).AddTicks(1)), user => Refused("invalid_time", "A time must be between 1970 and now.", user));
    }

    [Fact]
    public void An_address_is_given_in_one_way()
    {
        Refused("invalid_email", "Pass email or emails, not both.", new() { Email = Ada, Emails = [new("ada@example.org")] });
        Refused("invalid_email", "Pass email or emails, not both.", new() { Id = Id, Email = Ada, Emails = [] });
    }

    [Fact]
    public void A_user_has_at_most_ten_addresses()
    {
        Refused("invalid_email", "A user can have at most 10 e-mail addresses.", new() { Emails = Addresses(11) });

        Assert.Equal(10, Imported(new() { Emails = Addresses(10) }).Account.Identifiers.Count);
    }

    [Fact]
    public void Each_address_can_be_one()
    {
        Refused("invalid_email", "This is not a valid e-mail address.", new() { Email = "ada" });
        Refused("invalid_email", "This is not a valid e-mail address.", new() { Email = "" });
        Refused("invalid_email", "This is not a valid e-mail address.", new() { Emails = [new(Ada), new("ada")] });
        Refused("invalid_email", "An e-mail address can have at most 254 characters.", new() { Emails = [new(new string('a', 255)), new("ada")] });
    }

    [Fact]
    public void An_address_is_not_there_twice_whatever_its_letter_case() =>
        Refused("invalid_email", "The user has the same e-mail address twice.", new() { Emails = [new(Ada), new("bob@example.com"), new("ADA@example.com")] });

    [Fact]
    public void Each_of_several_addresses_is_an_object()
    {
        const string reason = "An address in emails must be an object with an email.";
        Refused("invalid_email", reason, new() { Id = Id, Emails = [null!] });
        Refused("invalid_email", reason, new() { Emails = [new(Ada), null!] });
    }

    [Fact]
    public void A_user_has_an_address_a_username_or_an_id_and_no_address_on_purpose()
    {
        const string reason = "The user has neither an e-mail address nor a username.";
        Refused("no_email", reason, new());
        Refused("no_email", reason, new() { Id = Id });
        Refused("no_email", reason, new() { Emails = [] });

        Assert.Equal([Identifier.OfEmail(Ada)], Imported(new() { Email = Ada }).Account.Identifiers);
        Assert.Equal([Identifier.OfEmail(Ada)], Imported(new() { Emails = [new(Ada)] }).Account.Identifiers);
        Assert.Equal([Identifier.OfUsername("ada")], Imported(new() { Username = "ada" }).Account.Identifiers);
        Assert.Empty(Imported(new() { Id = Id, Emails = [] }).Account.Identifiers);
    }

    [Theory]
    [InlineData("ad")]
    [InlineData("ada@example.com")]
    [InlineData("")]
    public void A_username_follows_its_rule(string username)
    {
        Refused("invalid_username", Username.Rule, new() { Username = username });
        Refused("invalid_username", Username.Rule, new() { Email = Ada, Username = username });
    }

    [Fact]
    public void A_hash_is_of_a_kind_that_can_be_verified()
    {
        Refused(
            "invalid_password_hash", "A bcrypt hash must have 60 characters: $2b$12$ with 22 of salt and 31 of hash.",
            new() { Email = Ada, PasswordHash = Hash[..^1] });
        Refused("invalid_password_hash", "A password hash can have at most 1024 characters.", new() { Email = Ada, PasswordHash = new string('$', 1025) });

        foreach (var hash in new[] { null, Hash, "$former$" })
            Assert.Equal(hash, Imported(new() { Email = Ada, PasswordHash = hash }).Account.PasswordHash);
    }

    [Fact]
    public void Roles_and_claims_follow_their_rules()
    {
        Refused(
            "invalid_claims", "A role must have 1 to 128 characters, which can be ASCII letters, digits, and . _ : / or -.",
            new() { Email = Ada, Roles = ["admin", "no role!"] });
        Refused(
            "invalid_claims", "The claim 'sub' is reserved: tokens use it themselves.",
            new() { Email = Ada, Claims = new Dictionary<string, IReadOnlyList<string>> { ["team"] = ["red"], ["sub"] = ["x"] } });
    }

    [Theory]
    [InlineData("")]
    [InlineData("version 2")]
    public void A_version_of_the_terms_follows_its_rule(string version) =>
        Refused("invalid_terms", "A version of the terms must have 1 to 64 letters, digits or .-_ characters.", new() { Email = Ada, TermsVersion = version });

    [Fact]
    public void A_version_of_the_terms_has_at_most_64_characters()
    {
        var longest = new string('2', 64);

        Assert.Equal(longest, Imported(new() { Email = Ada, TermsVersion = longest }).Account.Terms?.Version);
        Refused(
            "invalid_terms", "A version of the terms must have 1 to 64 letters, digits or .-_ characters.",
            new() { Email = Ada, TermsVersion = longest + "2" });
    }

    static PortableEmail[] Addresses(int count) => [.. Enumerable.Range(1, count).Select(number => new PortableEmail($"ada{number}@example.com"))];

    /// <summary>Users who have it in one place each.</summary>
    static PortableUser[] WithTime(DateTimeOffset time) =>
    [
        new() { Email = Ada, CreatedAt = time },
        new() { Email = Ada, EmailVerifiedAt = time },
        new() { Email = Ada, DisabledAt = time },
        new() { Email = Ada, TermsVersion = "2", TermsAcceptedAt = time },
        new() { Emails = [new(Ada), new("ada@example.org", time)] },
        new() { Email = Ada, Totp = [new() { Secret = Secret }, new() { Secret = Secret, CreatedAt = time }] },
        new() { Email = Ada, Totp = [new() { Secret = Secret }, new() { Secret = Secret, LastUsedAt = time }] },
        new() { Id = Id, Email = Ada, Passkeys = [NewPasskey(), NewPasskey("BAUG", createdAt: time)] },
        new() { Id = Id, Email = Ada, Passkeys = [NewPasskey(), NewPasskey("BAUG", lastUsedAt: time)] },
    ];
}
