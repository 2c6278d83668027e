using System.Text.Json;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The stored form of claims, and the last good and the first bad value of each rule.</summary>
public sealed class AccountClaimsBoundsTests
{
    const string NameRule = "1 to 128 characters, which can be ASCII letters, digits, and . _ : / or -.";

    [Fact]
    public void The_stored_form_names_the_roles_and_each_claim()
    {
        var claims = new AccountClaims { Roles = ["Admin"], Custom = [new("tenant", "acme")] };

        var stored = JsonSerializer.Deserialize<JsonElement>(claims.ToJson()!);

        Assert.Equal(["custom", "roles"], stored.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal("""["Admin"]""", stored.GetProperty("roles").GetRawText());
        Assert.Equal("""[{"name":"tenant","value":"acme"}]""", stored.GetProperty("custom").GetRawText());
    }

    [Fact]
    public void Roles_alone_and_claims_alone_are_stored()
    {
        var (roles, custom) = (new AccountClaims { Roles = ["Admin"] }, new AccountClaims { Custom = [new("tenant", "acme")] });

        Assert.Equal(["Admin"], AccountClaims.FromJson(roles.ToJson()).Roles);
        Assert.Equal([new("tenant", "acme")], AccountClaims.FromJson(custom.ToJson()).Custom);
        Assert.Equal(roles.ToJson(), roles.ToStored());
        Assert.Null(AccountClaims.None.ToStored());
    }

    [Fact]
    public void A_changed_copy_keeps_what_was_not_changed()
    {
        var read = AccountClaims.FromJson("""{"roles":["Admin"],"custom":[{"name":"tenant","value":"acme"}]}""");

        var (roles, custom) = (read with { Roles = ["ops"] }, read with { Custom = [] });

        Assert.Equal(["ops"], roles.Roles);
        Assert.Equal([new("tenant", "acme")], roles.Custom);
        Assert.Equal(["Admin"], custom.Roles);
        Assert.Empty(custom.Custom);
    }

    [Fact]
    public void The_values_of_a_name_are_together_in_their_order()
    {
        var claims = new AccountClaims { Custom = [new("group", "b"), new("tenant", "acme"), new("group", "a")] };

        var byName = claims.CustomByName();

        Assert.Equal(["group", "tenant"], byName.Keys.Order());
        Assert.Equal(["b", "a"], byName["group"]);
        Assert.Equal(["acme"], byName["tenant"]);
        Assert.Empty(AccountClaims.None.CustomByName());
    }

    [Fact]
    public void A_name_can_have_every_letter_digit_and_mark()
    {
        const string all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-";

        Assert.Null(new AccountClaims { Roles = [all], Custom = [new(all, "x")] }.Fault());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b")]
    [InlineData("a\tb")]
    public void A_fault_of_a_name_is_a_whole_sentence(string name)
    {
        Assert.Equal($"A role must have {NameRule}", new AccountClaims { Roles = ["Admin", name] }.Fault());
        Assert.Equal($"A claim name must have {NameRule}", new AccountClaims { Custom = [new("tenant", "acme"), new(name, "x")] }.Fault());
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_claim_name_has_at_most_128_characters(int length, bool isTaken) =>
        Assert.Equal(isTaken ? null : $"A claim name must have {NameRule}", new AccountClaims { Custom = [new(new string('a', length), "x")] }.Fault());

    [Fact]
    public void A_value_that_is_too_long_is_refused_with_a_sentence_and_an_empty_one_is_not()
    {
        Assert.Null(new AccountClaims { Custom = [new("note", "")] }.Fault());
        Assert.Equal(
            "A claim value can have at most 512 characters.",
            new AccountClaims { Custom = [new("tenant", "acme"), new("note", new string('a', 513))] }.Fault());
    }

    [Fact]
    public void Of_several_faults_that_of_a_role_comes_first()
    {
        var claims = new AccountClaims { Roles = ["two words"], Custom = [new("sub", "eve")] };

        Assert.StartsWith("A role must have", claims.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_one_claim_comes_before_what_all_take()
    {
        var claims = new AccountClaims { Custom = [.. Enumerable.Repeat(new AccountClaim("note", new string('a', 512)), 4), new("sub", "eve")] };

        Assert.StartsWith("The claim 'sub' is reserved", claims.Fault(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_together_can_have_exactly_2048_characters_of_JSON()
    {
        AccountClaim[] four = [.. Enumerable.Repeat(new AccountClaim("note", new string('a', 450)), 4)];
        var length = With("").ToJson()!.Length;

        Assert.Equal(2048, With(new string('b', 2048 - length)).ToJson()!.Length);
        Assert.Null(With(new string('b', 2048 - length)).Fault());
        Assert.Equal("Roles and claims together can take at most 2048 characters of JSON.", With(new string('b', 2049 - length)).Fault());

        AccountClaims With(string value) => new() { Custom = [.. four, new("more", value)] };
    }
}
