using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Terms;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>What an account has of the user of another system.</summary>
public sealed class ImportedFieldsTests
{
    [Fact]
    public void Without_an_id_the_account_gets_a_new_one_that_sorts_by_the_time_of_the_import()
    {
        var first = Imported(new() { Email = Ada, CreatedAt = Given(9) }).Account.Id;
        var second = Imported(new() { Email = Ada, CreatedAt = Given(9) }).Account.Id;

        Assert.Equal(TimeOf(Guid.CreateVersion7(Now)), TimeOf(first));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Times_are_taken_over_in_whole_milliseconds()
    {
        var account = Imported(new()
        {
            Emails = [new(Ada, Given(1)), new("ada@example.org"), new("ada@example.net", Given(2))],
            CreatedAt = Given(3),
            Disabled = false,
            DisabledAt = Given(4),
            TermsVersion = "2026-01",
            TermsAcceptedAt = Given(5),
        }).Account;

        Assert.Equal([Kept(1), null, Kept(2)], account.Identifiers.Select(one => one.VerifiedAt));
        Assert.Equal(Kept(3), account.CreatedAt);
        Assert.Equal(Kept(4), account.DisabledAt);
        Assert.Equal(new AcceptedTerms("2026-01", Kept(5)), account.Terms);
    }

    [Fact]
    public void A_time_is_stored_as_the_same_moment_in_UTC()
    {
        var stored = ImportedAccount.Stored(new DateTimeOffset(2024, 5, 1, 14, 0, 0, 999, TimeSpan.FromHours(2)).AddTicks(9_999));

        Assert.Equal(new DateTimeOffset(2024, 5, 1, 12, 0, 0, 999, TimeSpan.Zero), stored);
        Assert.Equal(TimeSpan.Zero, stored.Offset);
    }

    [Fact]
    public void Without_times_the_account_begins_now()
    {
        var account = Imported(new() { Email = Ada, TermsVersion = "2" }).Account;

        Assert.Equal(Now, account.CreatedAt);
        Assert.Equal(new AcceptedTerms("2", Now), account.Terms);
        Assert.Null(account.DisabledAt);
        Assert.Null(account.Identifiers[0].VerifiedAt);
    }

    [Fact]
    public void Terms_without_a_time_were_accepted_when_the_account_was_made() =>
        Assert.Equal(new AcceptedTerms("2", Kept(3)), Imported(new() { Email = Ada, CreatedAt = Given(3), TermsVersion = "2" }).Account.Terms);

    [Fact]
    public void Without_a_version_no_terms_were_accepted() =>
        Assert.Null(Imported(new() { Email = Ada, TermsAcceptedAt = Given(3) }).Account.Terms);

    [Fact]
    public void A_disabled_account_without_a_time_is_disabled_now()
    {
        Assert.Equal(Now, Imported(new() { Email = Ada, CreatedAt = Given(3), Disabled = true }).Account.DisabledAt);

        Assert.Null(Imported(new() { Email = Ada, Disabled = false }).Account.DisabledAt);
    }

    [Fact]
    public void A_verified_address_without_a_time_was_verified_when_the_account_was_made()
    {
        Assert.Equal(Kept(3), VerifiedAt(new() { Email = Ada, CreatedAt = Given(3), EmailVerified = true }));
        Assert.Equal(Now, VerifiedAt(new() { Email = Ada, EmailVerified = true }));
        Assert.Null(VerifiedAt(new() { Email = Ada, CreatedAt = Given(3), EmailVerified = false }));
    }

    [Fact]
    public void The_time_at_which_an_address_was_verified_comes_first()
    {
        Assert.Equal(Kept(2), VerifiedAt(new() { Email = Ada, CreatedAt = Given(3), EmailVerified = true, EmailVerifiedAt = Given(2) }));
        Assert.Equal(Kept(2), VerifiedAt(new() { Email = Ada, EmailVerifiedAt = Given(2) }));
    }

    [Fact]
    public void Names_are_kept_as_they_are_written_the_addresses_first()
    {
        Assert.Equal(
            [Identifier.OfEmail("Ada@Example.com"), Identifier.OfEmail("ada@example.org"), Identifier.OfUsername("Ada.L")],
            Imported(new() { Username = "Ada.L", Emails = [new("Ada@Example.com"), new("ada@example.org")] }).Account.Identifiers);
        Assert.Equal(
            [Identifier.OfEmail(Ada), Identifier.OfUsername("Ada.L")],
            Imported(new() { Username = "Ada.L", Email = Ada }).Account.Identifiers);
    }

    [Fact]
    public void Roles_and_claims_are_taken_over()
    {
        var claims = Imported(new()
        {
            Email = Ada,
            Roles = ["admin", "ops"],
            Claims = new Dictionary<string, IReadOnlyList<string>> { ["team"] = ["red", "blue"], ["none"] = [], ["null"] = null!, ["plan"] = ["gold"] },
        }).Account.Claims;

        Assert.Equal(["admin", "ops"], claims.Roles);
        Assert.Equal([new("team", "red"), new("team", "blue"), new("plan", "gold")], claims.Custom);
    }

    [Fact]
    public void A_user_may_have_no_roles_no_claims_and_no_factors()
    {
        var imported = Imported(new() { Email = Ada });

        Assert.Null(imported.Account.Claims.ToJson());
        Assert.Null(imported.Factors);
    }

    [Fact]
    public void Each_account_gets_its_own_security_stamp()
    {
        var (first, second) = (Imported(new() { Email = Ada }).Account, Imported(new() { Email = Ada }).Account);

        Assert.Equal(32, first.SecurityStamp.Length);
        Assert.NotEqual(first.SecurityStamp, second.SecurityStamp);
    }

    static DateTimeOffset? VerifiedAt(PortableUser user) => Assert.Single(Imported(user).Account.Identifiers).VerifiedAt;

    // A tick before a whole millisecond.
    static DateTimeOffset Given(int day) => Now.AddDays(-day).AddTicks(-1);

    static DateTimeOffset Kept(int day) => Now.AddDays(-day).AddMilliseconds(-1);

    // The 48 bits of a UUID of version 7 that are its milliseconds.
    static string TimeOf(Guid id) => id.ToString()[..13];
}
