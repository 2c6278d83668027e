using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The names that find an account, and how requests give them.</summary>
public sealed class IdentifierTests
{
    const string UsernameRule =
        "A username must have 3 to 30 characters: letters from a to z, digits and . _ - between them. It begins and ends with a letter or a digit.";
    const string SendOne = "Send either the member 'email' or the member 'username'.";

    [Fact]
    public void A_name_with_an_at_sign_is_an_address_and_any_other_is_a_username()
    {
        Assert.Equal(new Identifier(IdentifierKind.Email, "ADA@EXAMPLE.COM", "Ada@Example.com"), Identifier.Of("Ada@Example.com"));
        Assert.Equal(new Identifier(IdentifierKind.Email, "@", "@"), Identifier.Of("@"));
        Assert.Equal(new Identifier(IdentifierKind.Username, "ada.l_1", "Ada.L_1"), Identifier.Of("Ada.L_1"));
        Assert.Equal(IdentifierKind.Username, Identifier.Of("").Kind);
        Assert.Null(Identifier.Of("Ada@Example.com").VerifiedAt);
    }

    [Fact]
    public void The_numbers_of_the_kinds_are_stored() =>
        Assert.Equal((1, 2), ((int)IdentifierKind.Email, (int)IdentifierKind.Username));

    [Fact]
    public void A_name_is_in_the_member_of_its_kind()
    {
        Assert.Equal("email", Identifier.OfEmail("ada@example.com").Member);
        Assert.Equal("username", Identifier.OfUsername("ada").Member);
    }

    [Fact]
    public void Each_kind_has_its_own_faults()
    {
        Assert.Null(Identifier.OfEmail("ada@example.com").Fault());
        Assert.Null(Identifier.OfUsername("ada").Fault());
        Assert.Equal("This is not a valid e-mail address.", Identifier.OfEmail("ada").Fault());
        Assert.Equal(UsernameRule, Identifier.OfUsername("ada@example.com").Fault());
        Assert.Equal(UsernameRule, Identifier.OfUsername("ad").Fault());
    }

    [Theory]
    [InlineData("a1", false)]
    [InlineData("a.1", true)]
    [InlineData("9_Z", true)]
    [InlineData("_ada", false)]
    [InlineData("ada_", false)]
    [InlineData("-ada", false)]
    [InlineData("ada.", false)]
    [InlineData("a/da", false)]
    [InlineData("a:da", false)]
    public void A_username_begins_and_ends_with_a_letter_or_a_digit(string name, bool isFine) =>
        Assert.Equal(isFine ? null : UsernameRule, Username.Fault(name));

    [Fact]
    public void A_request_gives_one_name_in_the_member_of_its_kind()
    {
        Assert.Equal(Identifier.OfEmail("Ada@example.com"), Read("Ada@example.com", null).Name);
        Assert.Equal(Identifier.OfUsername("Ada"), Read(null, "Ada").Name);
    }

    [Theory]
    [InlineData(null, null, SendOne)]
    [InlineData("ada@example.com", "ada", SendOne)]
    [InlineData("", "", SendOne)]
    [InlineData("ada", null, "This is not a valid e-mail address.")]
    [InlineData("", null, "This is not a valid e-mail address.")]
    [InlineData(null, "ada@example.com", UsernameRule)]
    public void A_name_that_could_be_taken_for_the_other_kind_is_refused(string? email, string? username, string detail)
    {
        var refusal = Read(email, username).Refusal!;

        Assert.Equal((Problems.InvalidRequest, detail, null), (refusal.Problem, refusal.Detail, refusal.RetryAfter));
    }

    // What else is wrong with it, the operation says, which knows which kinds are taken.
    [Fact]
    public void A_name_of_the_right_kind_may_have_a_fault_of_its_own()
    {
        Assert.NotNull(Read("ada@home@example.com", null).Name!.Fault());
        Assert.NotNull(Read(null, "a b").Name!.Fault());
    }

    [Fact]
    public void The_stored_column_has_every_member_of_an_identifier()
    {
        var read = StoredIdentifiers.Read(
            """
            [{"kind":1,"canonical":"ADA@EXAMPLE.COM","value":"Ada@example.com","verified_at":1772366400123},
             {"kind":2,"canonical":"ada","value":"Ada","verified_at":null}]
            """);

        Assert.Equal(
            [
                new(IdentifierKind.Email, "ADA@EXAMPLE.COM", "Ada@example.com", DateTimeOffset.FromUnixTimeMilliseconds(1772366400123)),
                new(IdentifierKind.Username, "ada", "Ada"),
            ],
            read);
        Assert.Empty(StoredIdentifiers.Read("[]"));
    }

    static (Identifier? Name, Refusal? Refusal) Read(string? email, string? username)
    {
        GivenName.Read(email, username).Has(out var name, out var refusal);
        return (name, refusal);
    }
}
