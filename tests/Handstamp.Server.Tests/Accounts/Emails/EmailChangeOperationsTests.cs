using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>What waits for the former address after a change, and what is logged when it is taken back.</summary>
public sealed class EmailChangeOperationsTests
{
    const string Old = "Ada@Example.com";
    const string New = "Ada.New@example.com";

    static readonly Origin By = MailCalls.Person;

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public async Task A_former_address_is_told_unless_only_another_one_was_verified(bool isVerified, bool isOtherVerified, bool isTold)
    {
        await using var app = await HandstampApp.StartAsync();
        var now = app.Clock.GetUtcNow();
        var account = await app.AddAccountAsync(
            Identifier.OfEmail(Old) with { VerifiedAt = isVerified ? now : null },
            Identifier.OfEmail("own@example.com") with { VerifiedAt = isOtherVerified ? now : null });
        var request = MailRequest.For(MailKind.AddressChangeConfirm, account.Id, By) with { To = New, SecurityStamp = account.SecurityStamp };
        var token = (await app.MakeAsync(request))!.Token();

        Assert.Null(await app.Get<EmailChangeOperations>().ConfirmAsync(token, By, default));

        var waiting = await app.Get<IOutboxStore>().ListAsync(null, 10, default);
        Assert.Equal(isTold ? 1 : 0, waiting.Count);
        Assert.All(waiting, one => Assert.Equal(
            MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Old }, MailRequest.Read(one.Entry.Payload)));
    }

    [Fact]
    public async Task A_change_that_is_taken_back_is_logged()
    {
        await using var app = await HandstampApp.StartAsync();
        var account = await app.AddAccountAsync(New);
        var token = (await app.MakeAsync(MailRequest.For(MailKind.AddressChanged, account.Id, By) with { To = Old }))!.Token();

        Assert.Null(await app.Get<EmailChangeOperations>().UndoAsync(token, By));

        Assert.Single(app.Logs.Of(6500), line => line.Contains($"account.email_change_undone: -, account {account.Id}", StringComparison.Ordinal));
    }
}
