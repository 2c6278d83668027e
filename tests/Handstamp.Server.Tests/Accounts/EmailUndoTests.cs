using Handstamp.Server.Accounts;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>From when on a change of address takes back what was added.</summary>
public sealed class EmailUndoTests
{
    [Fact]
    public void What_was_added_in_the_three_days_before_the_change_goes_too()
    {
        var changed = TestAccounts.Now;
        var secret = new SecretKey("email-undo", Guid.CreateVersion7(changed), new byte[32]);

        // With the secret, a change can be taken back for 72 hours.
        var undo = new EmailUndo(Guid.CreateVersion7(changed), Identifier.OfEmail(TestAccounts.Email), secret, changed.AddHours(72));

        Assert.Equal(changed.AddDays(-3), undo.Since);
    }
}
