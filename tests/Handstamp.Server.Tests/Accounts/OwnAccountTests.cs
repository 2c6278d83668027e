using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.Terms;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>What <c>GET /me</c> is made of.</summary>
public sealed class OwnAccountTests
{
    static readonly ServiceTerms NoTerms = new(TestAccounts.Options());

    static readonly ServiceTerms Terms = new(TestAccounts.Options(
        o => (o.Terms.Version, o.Terms.Url, o.Terms.PrivacyUrl) = ("2", "https://example.com/terms", "https://example.com/privacy")));

    [Fact]
    public void The_account_and_the_profile_are_shown_together()
    {
        var account = TestAccounts.Account() with
        {
            Identifiers = [Identifier.OfEmail("Ada@example.com") with { VerifiedAt = TestAccounts.Now }, Identifier.OfUsername("Ada")],
            Claims = new AccountClaims { Roles = ["Admin"], Custom = [new("group", "a"), new("group", "b")] },
        };
        var profile = new Profile { Name = "Ada L", Picture = "https://example.com/a.png", Locale = "de-AT", Data = """{"theme":"dark"}""" };

        var shown = OwnAccount.Of(account, profile, NoTerms);

        Assert.Equal(
            (account.Id, "Ada@example.com", true, "Ada", TestAccounts.Now),
            (shown.Id, shown.Email, shown.EmailVerified, shown.Username, shown.CreatedAt));
        Assert.Equal(("Ada L", "https://example.com/a.png", "de-AT"), (shown.Name, shown.Picture, shown.Locale));
        Assert.Equal(["Admin"], shown.Roles);
        Assert.Equal(["a", "b"], Assert.Single(shown.Claims!).Value);
        Assert.Equal("""{"theme":"dark"}""", shown.Data!.Value.GetRawText());
        Assert.Null(shown.Terms);
    }

    [Fact]
    public void What_an_account_does_not_have_is_left_out()
    {
        var shown = OwnAccount.Of(TestAccounts.Account(), Profile.None, NoTerms);

        Assert.False(shown.EmailVerified);
        Assert.Equal((null, null, null, null, null), (shown.Username, shown.Name, shown.Picture, shown.Locale, shown.Terms));
        Assert.Null(shown.Claims);
        Assert.Null(shown.Data);
        Assert.Empty(shown.Roles);
    }

    [Fact]
    public void Terms_are_due_until_the_version_in_force_was_accepted()
    {
        var account = TestAccounts.Account();
        var (former, present) = (new AcceptedTerms("1", TestAccounts.Now), new AcceptedTerms("2", TestAccounts.Now.AddDays(1)));

        Assert.Equal(new OwnTerms(true, "2", "https://example.com/terms", "https://example.com/privacy", null, null), OwnTerms.Of(account, Terms));
        Assert.Equal(
            new OwnTerms(true, "2", "https://example.com/terms", "https://example.com/privacy", "1", TestAccounts.Now),
            OwnTerms.Of(account with { Terms = former }, Terms));
        Assert.Equal(
            new OwnTerms(false, "2", "https://example.com/terms", "https://example.com/privacy", "2", TestAccounts.Now.AddDays(1)),
            OwnTerms.Of(account with { Terms = present }, Terms));
        Assert.Null(OwnTerms.Of(account with { Terms = former }, NoTerms));
    }
}
