using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What is stored of a mail that waits.</summary>
public sealed class MailRequestTests
{
    const string Canonical = "ADA@EXAMPLE.COM";

    static readonly Guid AccountId = Guid.CreateVersion7();
    static readonly DateTimeOffset Now = TestAccounts.Now;

    [Fact]
    public void A_request_has_the_language_and_the_address_of_the_person_and_not_the_browser()
    {
        Assert.Equal(
            new MailRequest { Kind = MailKind.LoginCode, Email = Canonical, Languages = "de", Address = "192.0.2.7" },
            MailRequest.For(MailKind.LoginCode, Canonical, MailCalls.Person));
        Assert.Equal(
            new MailRequest { Kind = MailKind.NewDevice, AccountId = AccountId, Languages = "de", Address = "192.0.2.7" },
            MailRequest.For(MailKind.NewDevice, AccountId, MailCalls.Person));
        Assert.Equal(new MailRequest { Kind = MailKind.NewDevice, AccountId = AccountId }, MailRequest.For(MailKind.NewDevice, AccountId, Origin.System));
    }

    [Fact]
    public void The_mails_to_one_receiver_are_in_one_lane()
    {
        var request = MailRequest.For(MailKind.AddressChanged, AccountId, MailCalls.Person);

        Assert.Equal(AccountId.ToString(), request.ToEntry(Now).Lane);
        Assert.Equal(Canonical, (request with { Email = Canonical }).ToEntry(Now).Lane);
        Assert.Equal("EVE@EXAMPLE.COM", (request with { Email = Canonical, To = "Eve@example.com" }).ToEntry(Now).Lane);
    }

    [Fact]
    public void A_request_is_read_as_it_was_written()
    {
        var request = MailRequest.For(MailKind.AddressChangeConfirm, AccountId, MailCalls.Person) with
        {
            Email = Canonical,
            To = "Eve@example.com",
            SecurityStamp = "stamp",
            InvitationId = Guid.CreateVersion7(),
        };

        var entry = request.ToEntry(Now);

        Assert.Equal(("mail", Now), (entry.Channel, entry.CreatedAt));
        Assert.Equal(request, MailRequest.Read(entry.Payload));
        Assert.Equal(
            ["account_id", "address", "email", "invitation_id", "kind", "languages", "security_stamp", "to"],
            JsonSerializer.Deserialize<JsonElement>(entry.Payload).EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_request_does_not_have_is_not_written()
    {
        var entry = MailRequest.For(MailKind.PasswordReset, Canonical, Origin.System).ToEntry(Now);

        var members = JsonSerializer.Deserialize<JsonElement>(entry.Payload).EnumerateObject().Select(member => $"{member.Name}: {member.Value}");
        Assert.Equal([$"email: {Canonical}", "kind: PasswordReset"], members.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Requests_are_delivered_in_the_order_in_which_they_were_made()
    {
        var request = MailRequest.For(MailKind.PasswordReset, Canonical, MailCalls.Person);

        var ids = Enumerable.Range(0, 3).Select(_ => request.ToEntry(Now).Id.ToString()).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"Telegram"}""")]
    public void What_another_version_has_written_in_another_form_is_not_read(string payload) =>
        Assert.Null(MailRequest.Read(Encoding.UTF8.GetBytes(payload)));
}
