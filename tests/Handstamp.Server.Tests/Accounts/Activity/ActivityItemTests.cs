using System.Net;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Activity;

/// <summary>An event as the owner of the account sees it.</summary>
public sealed class ActivityItemTests
{
    static readonly Event Done = new()
    {
        Id = Guid.CreateVersion7(TestAccounts.Now),
        At = TestAccounts.Now,
        Kind = EventKind.SessionEnded,
        By = By("Person"),
        AccountId = Guid.NewGuid(),
        SessionId = Guid.NewGuid(),
        Outcome = "logout",
        Detail = "a detail",
        Count = 3,
        Since = TestAccounts.Now.AddHours(-1),
    };

    [Fact]
    public void What_the_owner_did_is_shown_with_its_place() => Assert.Equal(
        new ActivityItem(
            Done.Id, "session.ended", TestAccounts.Now, "owner", "logout", 3, TestAccounts.Now.AddHours(-1), "192.0.2.1", "a browser", Done.SessionId),
        ActivityItem.Of(Done));

    [Fact]
    public void What_is_not_known_is_not_shown() => Assert.Equal(
        new ActivityItem(Done.Id, "session.ended", TestAccounts.Now, "owner", null, 1, null, null, null, null),
        ActivityItem.Of(new Event { Id = Done.Id, At = Done.At, Kind = Done.Kind, By = new Origin(new Actor(ActorKind.Person)) }));

    [Theory]
    [InlineData("Person", "an account", "operator")]
    [InlineData("Operator", "olga", "operator")]
    [InlineData("Operator", null, "operator")]
    [InlineData("Client", "a client", "client")]
    [InlineData("System", null, "service")]
    public void What_others_did_is_shown_without_their_place(string kind, string? id, string by)
    {
        var item = ActivityItem.Of(Done with { By = By(kind, id) });

        Assert.Equal((by, null, null), (item.By, item.IpAddress, item.UserAgent));
        Assert.Equal(ActivityItem.Of(Done) with { By = by, IpAddress = null, UserAgent = null }, item);
    }

    [Theory]
    [InlineData("Person")]
    [InlineData("Operator")]
    [InlineData("Client")]
    public void Nobody_knows_who_made_a_refused_attempt(string kind)
    {
        foreach (var refusal in EventKinds.All.Where(one => one.IsRefusal()))
        {
            var item = ActivityItem.Of(Done with { Kind = refusal, By = By(kind) });

            Assert.Equal((refusal.Name(), "unknown", null, null), (item.Kind, item.By, item.IpAddress, item.UserAgent));
        }
    }

    static Origin By(string kind, string? id = null) =>
        new(new Actor(Enum.Parse<ActorKind>(kind), id), IPAddress.Parse("192.0.2.1"), "a browser");
}
