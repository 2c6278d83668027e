using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

public sealed class AccountClaimsTests
{
    static readonly AccountClaims Valid = new()
    {
        Roles = ["Admin", "billing:read"],
        Custom = [new("tenant", "acme"), new("https://example.com/plan", "gold"), new("tenant", "other")],
    };

    [Fact]
    public void Roles_and_claims_are_stored_and_read_unchanged()
    {
        var read = AccountClaims.FromJson(Valid.ToJson());

        Assert.Null(Valid.Fault());
        Assert.Equal(Valid.Roles, read.Roles);
        Assert.Equal(Valid.Custom, read.Custom);
        Assert.Null(AccountClaims.None.ToJson());
        Assert.Same(AccountClaims.None, AccountClaims.FromJson(null));
        foreach (var incomplete in new[] { "{}", "null", """{"roles":null}""", """{"custom":[]}""" })
        {
            var half = AccountClaims.FromJson(incomplete);
            Assert.Empty(half.Roles);
            Assert.Empty(half.Custom);
        }
    }

    [Theory]
    [InlineData("""{"custom":[{"name":"plan"},{"name":"tenant","value":"acme"}],"roles":["admin"]}""")]
    [InlineData("""{"custom":[null,{"value":"gold"},{"name":"tenant","value":"acme"},{}],"roles":[null,"admin"]}""")]
    public void An_entry_without_a_name_or_a_value_is_ignored(string written)
    {
        var read = AccountClaims.FromJson(written);

        Assert.Equal(["admin"], read.Roles);
        Assert.Equal([new("tenant", "acme")], read.Custom);
        Assert.Null(read.Fault());
    }

    [Fact]
    public void Claims_that_were_read_keep_their_text_and_a_changed_copy_does_not()
    {
        const string written = """{ "custom": [], "roles": ["admin"] }""";

        var read = AccountClaims.FromJson(written);
        var changed = read with { Roles = ["ops"] };

        Assert.Equal(written, read.ToStored());
        Assert.Equal(changed.ToJson(), changed.ToStored());
        Assert.Null((read with { Roles = [] }).ToStored());
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a@b")]
    [InlineData("naïve")]
    [InlineData("a\"b")]
    public void A_name_has_only_plain_characters(string name)
    {
        Assert.StartsWith(
            "A role must have 1 to 128 characters", (Valid with { Roles = [name] }).Fault(), StringComparison.Ordinal);
        Assert.StartsWith(
            "A claim name must have 1 to 128 characters", (Valid with { Custom = [new(name, "x")] }).Fault(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_name_has_at_most_128_characters(int length, bool isTaken) =>
        Assert.Equal(isTaken, (Valid with { Roles = [new string('a', length)] }).Fault() is null);

    [Theory]
    [InlineData("sub")]
    [InlineData("Roles")]
    [InlineData("exp")]
    public void A_name_that_has_a_meaning_in_tokens_is_refused(string name) =>
        Assert.Equal(
            $"The claim '{name}' is reserved: tokens use it themselves.",
            (Valid with { Custom = [new(name, "x")] }).Fault());

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_value_has_at_most_512_characters(int length, bool isTaken) =>
        Assert.Equal(isTaken, (Valid with { Custom = [new("note", new string('a', length))] }).Fault() is null);

    [Fact]
    public void Roles_and_claims_together_fit_into_2_KiB()
    {
        AccountClaim[] four = [.. Enumerable.Repeat(new AccountClaim("note", new string('a', 450)), 4)];

        Assert.Null((Valid with { Custom = four }).Fault());
        Assert.Equal(
            "Roles and claims together can take at most 2048 characters of JSON.",
            (Valid with { Custom = [.. four, new("more", new string('a', 200))] }).Fault());
    }
}
