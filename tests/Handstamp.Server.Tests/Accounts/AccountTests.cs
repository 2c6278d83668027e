using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What an account says of itself.</summary>
public sealed class AccountTests
{
    static readonly Identifier First = Identifier.OfEmail("Ada@Example.com");
    static readonly Identifier Second = Identifier.OfEmail("eve@example.com");

    [Fact]
    public void The_oldest_address_and_the_oldest_username_stand_for_the_account()
    {
        var account = With(Identifier.OfUsername("Ada.L"), First, Second, Identifier.OfUsername("later"));

        Assert.Equal(("Ada@Example.com", "Ada.L"), (account.Email, account.Username));
    }

    [Fact]
    public void An_account_may_have_only_an_address_or_only_a_username()
    {
        Assert.Equal(("Ada@Example.com", null), (With(First).Email, With(First).Username));
        var named = With(Identifier.OfUsername("Ada.L"));
        Assert.Equal((null, "Ada.L"), (named.Email, named.Username));
    }

    [Fact]
    public void Only_the_proof_of_the_oldest_address_counts_as_the_account_s_own()
    {
        Assert.True(With(First with { VerifiedAt = TestAccounts.Now }, Second).IsEmailVerified);
        Assert.False(With(First, Second with { VerifiedAt = TestAccounts.Now }).IsEmailVerified);
        Assert.False(With(Identifier.OfUsername("ada") with { VerifiedAt = TestAccounts.Now }, First).IsEmailVerified);
        Assert.True(With(Identifier.OfUsername("ada"), First with { VerifiedAt = TestAccounts.Now }).IsEmailVerified);
        Assert.False(With().IsEmailVerified);
    }

    [Fact]
    public void Messages_name_the_oldest_identifier_as_it_was_written_and_attempts_count_under_its_canonical_form()
    {
        var account = With(First, Identifier.OfUsername("Ada.L"));

        Assert.Equal(("Ada@Example.com", "ADA@EXAMPLE.COM"), (account.Label, account.Counted));
        var named = With(Identifier.OfUsername("Ada.L"), First);
        Assert.Equal(("Ada.L", "ada.l"), (named.Label, named.Counted));
    }

    [Fact]
    public void An_account_without_a_name_goes_by_its_id()
    {
        var account = With();

        Assert.Equal((account.Id.ToString(), account.Id.ToString()), (account.Label, account.Counted));
        Assert.Equal((null, null), (account.Email, account.Username));
    }

    [Theory]
    [InlineData("$former$", true)]
    [InlineData("$former", false)]
    [InlineData("$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void What_is_in_place_of_a_hash_says_that_the_former_system_has_the_password(string? stored, bool isFormer) =>
        Assert.Equal(isFormer, TestAccounts.Account(stored).HasFormerPassword);

    [Fact]
    public void A_stamp_is_32_random_hexadecimal_digits()
    {
        Assert.Matches("^[0-9A-F]{32}$", Account.NewStamp());
        Assert.NotEqual(Account.NewStamp(), Account.NewStamp());
        Assert.NotEqual(new HashedPassword("hash").Stamp, new HashedPassword("hash").Stamp);
        Assert.Equal("hash", new HashedPassword("hash").Hash);
    }

    [Fact]
    public void A_new_account_has_one_name_its_roles_and_no_password()
    {
        var account = AccountOperations.NewAccount(First, ["Admin"], TestAccounts.Now);

        Assert.Equal([First], account.Identifiers);
        Assert.Equal(["Admin"], account.Claims.Roles);
        Assert.Empty(account.Claims.Custom);
        Assert.Equal((null, TestAccounts.Now, null, null), (account.PasswordHash, account.CreatedAt, account.DisabledAt, account.DeleteAt));
        Assert.Matches("^[0-9A-F]{32}$", account.SecurityStamp);
        Assert.Equal(7, account.Id.Version);
        Assert.NotEqual(account.Id, AccountOperations.NewAccount(First, [], TestAccounts.Now).Id);
        // In the order in which they were added.
        Assert.True(account.Id.CompareTo(AccountOperations.NewAccount(First, [], TestAccounts.Now.AddSeconds(1)).Id) < 0);
    }

    static Account With(params Identifier[] identifiers) => TestAccounts.Account() with { Identifiers = identifiers };
}
