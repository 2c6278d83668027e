using Handstamp.Server.Accounts.Import;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>What a trial remembers of the users that it would have added.</summary>
public sealed class ImportTrialTests
{
    const string Bob = "bob@example.com";

    static readonly Guid OtherId = new("b6012192-75c2-488e-b76b-bdd487bc7316");

    static readonly ImportOutcome Added = new ImportOutcome.Added();
    static readonly ImportOutcome There = new ImportOutcome.AlreadyThere();
    static readonly ImportOutcome NameTaken = new ImportOutcome.Refused("email_taken", "An earlier user has this e-mail address or username.");
    static readonly ImportOutcome PasskeyTaken = new ImportOutcome.Refused("passkey_taken", "An earlier user has one of these passkeys.");

    readonly ImportTrial _trial = new();

    [Fact]
    public void A_user_of_whom_one_name_is_taken_is_refused_and_takes_none()
    {
        Assert.Equal(Added, Add(new() { Username = "ada", Email = Ada }));

        Assert.Equal(NameTaken, Add(new() { Emails = [new(Bob), new("ADA@example.com")] }));
        Assert.Equal(NameTaken, Add(new() { Username = "Ada", Email = Bob }));

        Assert.Equal(Added, Add(new() { Username = "bob", Email = Bob }));
    }

    [Fact]
    public void A_user_of_whom_one_passkey_is_taken_is_refused_and_takes_none()
    {
        Assert.Equal(Added, Add(new() { Id = Id, Email = Ada, Passkeys = [NewPasskey("AQID")] }));

        Assert.Equal(PasskeyTaken, Add(new() { Id = OtherId, Email = Bob, Passkeys = [NewPasskey("BAUG"), NewPasskey("AQID")] }));

        Assert.Equal(Added, Add(new() { Id = OtherId, Email = Bob, Passkeys = [NewPasskey("BAUG")] }));
    }

    [Fact]
    public void Users_without_a_name_share_none()
    {
        Assert.Equal(Added, Add(new() { Id = Id, Emails = [] }));
        Assert.Equal(Added, Add(new() { Id = OtherId, Emails = [] }));

        Assert.Equal(There, Add(new() { Id = OtherId, Emails = [] }));
    }

    ImportOutcome Add(PortableUser user) => _trial.Add(Imported(user));
}
