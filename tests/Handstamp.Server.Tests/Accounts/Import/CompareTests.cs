using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Import;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Whether an account that has the id or a name of a user is the one that an earlier run has added.</summary>
public sealed class CompareTests
{
    const string Other = "ada@example.org";

    static readonly ImportOutcome There = new ImportOutcome.AlreadyThere();

    static readonly ImportOutcome Taken = new ImportOutcome.Refused("email_taken", "Another account has this e-mail address or username.");

    static readonly Account Holder = new()
    {
        Id = Id,
        Identifiers = [Identifier.OfEmail(Ada), Identifier.OfEmail(Other), Identifier.OfUsername("ada")],
        SecurityStamp = "first",
        CreatedAt = Now.AddDays(-1),
    };

    [Fact]
    public void With_an_id_only_the_id_counts()
    {
        Assert.Equal(There, Compare(new() { Id = Id, Email = Ada }));
        Assert.Equal(There, Compare(new() { Id = Id, Email = "new@example.com", CreatedAt = Now }));
        Assert.Equal(Taken, Compare(new() { Id = new("b6012192-75c2-488e-b76b-bdd487bc7316"), Email = Ada, CreatedAt = Holder.CreatedAt }));
    }

    [Fact]
    public void Without_an_id_it_has_all_the_names()
    {
        Assert.Equal(There, Compare(new() { Email = Ada }));
        Assert.Equal(There, Compare(new() { Username = "ada" }));
        Assert.Equal(There, Compare(new() { Username = "ada", Emails = [new(Other), new(Ada)] }));
        Assert.Equal(Taken, Compare(new() { Emails = [new(Ada), new("new@example.com")] }));
        Assert.Equal(Taken, Compare(new() { Email = Ada, Username = "ada.l" }));
    }

    [Fact]
    public void Letter_case_may_tell_two_people_apart()
    {
        Assert.Equal(Taken, Compare(new() { Email = "Ada@example.com" }));
        Assert.Equal(Taken, Compare(new() { Username = "Ada" }));
        Assert.Equal(Taken, Compare(new() { Email = Ada, Username = "Ada" }));
    }

    [Fact]
    public void Without_an_id_it_was_made_at_the_same_time_if_that_is_known()
    {
        Assert.Equal(There, Compare(new() { Email = Ada, CreatedAt = Holder.CreatedAt }));
        Assert.Equal(There, Compare(new() { Email = Ada, CreatedAt = Holder.CreatedAt.AddTicks(1) }));
        Assert.Equal(Taken, Compare(new() { Email = Ada, CreatedAt = Holder.CreatedAt.AddMilliseconds(1) }));
        Assert.Equal(Taken, Compare(new() { Emails = [new(Ada), new("new@example.com")], CreatedAt = Holder.CreatedAt }));
    }

    [Fact]
    public void An_address_may_be_verified_meanwhile() =>
        Assert.Equal(There, Compare(new() { Email = Other, EmailVerifiedAt = Now }));

    static ImportOutcome Compare(PortableUser user) => Imported(user).Compare(Holder);
}
