using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>The line of a file that an account becomes, and how such a line is read.</summary>
public sealed class PortableUserTests
{
    // Everything that a line can have, in the order in which it is written.
    const string Whole = """
        {"id":"b6012192-75c2-488e-b76b-bdd487bc7315","username":"ada","email":"ada@example.com","email_verified":true,
        "email_verified_at":"2026-03-01T12:00:00+00:00","emails":[{"email":"ada@example.org","verified_at":"2026-03-01T12:00:00+00:00"},
        {"email":"ada@example.net"}],"password_hash":"$former$","roles":["admin","ops"],"claims":{"team":["red","blue"]},
        "created_at":"2026-02-01T12:00:00+00:00","disabled":false,"disabled_at":"2026-02-02T12:00:00+00:00","terms_version":"2",
        "terms_accepted_at":"2026-02-03T12:00:00+00:00","totp":[{"secret":"JBSWY3DP","algorithm":"SHA1","digits":6,"period":30,"name":"Telephone",
        "created_at":"2026-02-04T12:00:00+00:00","last_used_at":"2026-02-05T12:00:00+00:00"}],"recovery_codes":["4k7mq-x2t9d"],
        "passkeys":[{"credential_id":"AQID","public_key":"BAUG","sign_count":7,"synced":true,"backed_up":false,"second_factor":true,
        "transports":["internal"],"aaguid":"00112233-4455-6677-8899-aabbccddeeff","name":"Phone","user_handle":"BwgJ","rp_id":"example.com",
        "created_at":"2026-02-06T12:00:00+00:00","last_used_at":"2026-02-07T12:00:00+00:00"}]}
        """;

    static readonly Account Account = new()
    {
        Id = Id,
        Identifiers = [Identifier.OfUsername("Ada.L"), Identifier.OfEmail("Ada@example.com") with { VerifiedAt = Now }],
        PasswordHash = "$2b$05$hash",
        Claims = new AccountClaims { Roles = ["admin", "ops"], Custom = [new("team", "red"), new("note", "ü \" <"), new("team", "blue")] },
        SecurityStamp = "first",
        CreatedAt = Now.AddDays(-3),
        DisabledAt = Now.AddDays(-2),
        Terms = new("2026-01", Now.AddDays(-1)),
    };

    static readonly Account Bare = new() { Id = Id, Identifiers = [Identifier.OfEmail(Ada)], SecurityStamp = "first", CreatedAt = Now };

    [Fact]
    public void An_account_is_written_with_all_that_an_import_takes()
    {
        const string line = """
            {"id":"b6012192-75c2-488e-b76b-bdd487bc7315","username":"Ada.L","email":"Ada@example.com",
            "email_verified_at":"2026-03-01T12:00:00+00:00","password_hash":"$2b$05$hash","roles":["admin","ops"],
            "claims":{"team":["red","blue"],"note":["ü \" <"]},"created_at":"2026-02-26T12:00:00+00:00",
            "disabled_at":"2026-02-27T12:00:00+00:00","terms_version":"2026-01","terms_accepted_at":"2026-02-28T12:00:00+00:00"}
            """;

        Assert.Equal(line.ReplaceLineEndings(""), Write(PortableUser.Of(Account, withPasswordHash: true)));
    }

    [Fact]
    public void What_an_account_does_not_have_is_not_written() => Assert.Equal(
        """{"id":"b6012192-75c2-488e-b76b-bdd487bc7315","email":"ada@example.com","created_at":"2026-03-01T12:00:00+00:00"}""",
        Write(PortableUser.Of(Bare, withPasswordHash: true)));

    [Fact]
    public void The_hash_is_written_only_if_it_is_asked_for() =>
        Assert.Null(PortableUser.Of(Account, withPasswordHash: false).PasswordHash);

    [Fact]
    public void Several_addresses_are_a_list()
    {
        var emails = new[] { Identifier.OfEmail(Ada), Identifier.OfUsername("ada"), Identifier.OfEmail("ada@example.org") with { VerifiedAt = Now } };

        var user = PortableUser.Of(Bare with { Identifiers = emails }, withPasswordHash: false);

        Assert.Null(user.Email);
        Assert.Null(user.EmailVerifiedAt);
        Assert.Equal("ada", user.Username);
        Assert.Equal([new(Ada), new("ada@example.org", Now)], user.Emails);
    }

    [Fact]
    public void An_account_without_an_address_has_an_empty_list_so_it_can_be_imported()
    {
        var user = PortableUser.Of(Bare with { Identifiers = [] }, withPasswordHash: false);

        Assert.NotNull(user.Emails);
        Assert.Empty(user.Emails);
        Assert.Null(user.Email);
        Assert.Equal(Id, Imported(user).Account.Id);
    }

    [Fact]
    public void Factors_are_written_as_they_are_given()
    {
        var factors = new ExportedFactors { Totp = [new() { Secret = Secret }], RecoveryCodes = ["4k7mq-x2t9d"], Passkeys = [NewPasskey()] };

        var user = PortableUser.Of(Bare, withPasswordHash: false, factors);

        Assert.Same(factors.Totp, user.Totp);
        Assert.Same(factors.RecoveryCodes, user.RecoveryCodes);
        Assert.Same(factors.Passkeys, user.Passkeys);
    }

    [Fact]
    public void A_line_that_is_read_is_written_in_the_same_way()
    {
        var line = Whole.ReplaceLineEndings("");

        Assert.Equal(line, Write(Read(line)));
    }

    [Fact]
    public void Of_the_characters_that_JSON_allows_none_is_escaped()
    {
        Assert.Equal("""{"email":"zoë+'<b>@example.com"}""", Write(new PortableUser { Email = "zoë+'<b>@example.com" }));

        Assert.Same(PortableJson.Lines, PortableJson.Lines);
    }

    [Theory]
    [InlineData("""{"email":"ada@example.com","pasword_hash":"x"}""")]
    [InlineData("""{"email":"ada@example.com","email":"bob@example.com"}""")]
    [InlineData("""{"emails":[{}]}""")]
    [InlineData("""{"emails":[{"email":null}]}""")]
    [InlineData("""{"totp":[{}]}""")]
    [InlineData("""{"totp":[{"secret":null}]}""")]
    [InlineData("""{"passkeys":[{"credential_id":"AQID"}]}""")]
    [InlineData("""{"passkeys":[{"public_key":"AQID"}]}""")]
    public void A_line_that_may_be_misspelt_is_not_read(string line) => Assert.ThrowsAny<JsonException>(() => Read(line));

    [Fact]
    public void No_text_shows_a_secret()
    {
        var user = Read(Whole.ReplaceLineEndings(""));

        foreach (var shown in new object[] { user, user.Totp![0], user.Passkeys![0], new ExportedFactors { Totp = user.Totp } })
            Assert.DoesNotContain("=", shown.ToString(), StringComparison.Ordinal);
    }

    static string Write(PortableUser user) => JsonSerializer.Serialize(user, PortableJson.Lines.PortableUser);

    static PortableUser Read(string line) => JsonSerializer.Deserialize(line, PortableJson.Default.PortableUser)!;
}
