using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>The names, the lives and the limits of the secrets in mails. The names are stored.</summary>
public sealed class MailSecretsTests
{
    [Fact]
    public void A_link_has_twenty_tries_and_a_code_five()
    {
        Assert.Equal(new SecretPurpose("login-link", Tries: 20, Most: 5), MailSecrets.Login.Link);
        Assert.Equal(new SecretPurpose("login-code", Tries: 5, Most: 5), MailSecrets.Login.Code);
        Assert.Equal(["login-link", "login-code"], MailSecrets.Login.Both);
    }

    [Fact]
    public void A_login_takes_ten_minutes_and_a_confirmation_an_hour()
    {
        Assert.Equal(("login", TimeSpan.FromMinutes(10)), (MailSecrets.Login.Name, MailSecrets.Login.Life));
        Assert.Equal(("email-verification", TimeSpan.FromHours(1)), (MailSecrets.Verification.Name, MailSecrets.Verification.Life));
        Assert.Equal(("email-change", TimeSpan.FromHours(1)), (MailSecrets.Change.Name, MailSecrets.Change.Life));
    }

    [Fact]
    public void Other_links_have_twenty_tries_and_so_many_of_them_are_valid_at_a_time()
    {
        Assert.Equal(new SecretPurpose("password-reset", Tries: 20, Most: 5), ResetSecrets.Requested);
        Assert.Equal(new SecretPurpose("password-undo", Tries: 20, Most: 5), ResetSecrets.InNotice);
        Assert.Equal(new SecretPurpose("invitation", Tries: 20, Most: 5), InvitationOperations.Purpose);
        Assert.Equal(new SecretPurpose("email-undo", Tries: 20, Most: 50), MailSecrets.Undo);
        Assert.Equal(new SecretPurpose("account-restore", Tries: 20, Most: 50), MailSecrets.Restore);
    }

    [Fact]
    public void An_address_can_change_ten_times_in_the_time_in_which_that_can_be_taken_back()
    {
        Assert.Equal(TimeSpan.FromHours(72), MailSecrets.UndoLife);
        Assert.Equal(ThrottleRule.Pace(10, TimeSpan.FromHours(72)), EmailChangeOperations.OfAccount);
    }

    [Fact]
    public void What_the_receiver_has_shown_is_stored_under_these_names()
    {
        var subject = Guid.CreateVersion7();
        var content = MailSecrets.Content(subject, new MailGrant("ADA@EXAMPLE.COM", "stamp"), TestAccounts.Now);

        Assert.Equal((subject, TestAccounts.Now, null), (content.Subject, content.ExpiresAt, content.SealedUnder));
        Assert.Equal("""{"email":"ADA@EXAMPLE.COM","security_stamp":"stamp"}""", Encoding.UTF8.GetString(content.Payload));
        Assert.Equal(
            """{"email":"ADA@EXAMPLE.COM","security_stamp":"stamp","other":"eve@example.com"}""",
            Encoding.UTF8.GetString(MailSecrets.Content(subject, new MailGrant("ADA@EXAMPLE.COM", "stamp", "eve@example.com"), TestAccounts.Now).Payload));
    }

    [Fact]
    public void A_link_for_a_password_stores_the_address_and_the_stamp_of_the_account()
    {
        var account = TestAccounts.Account();

        var content = ResetSecrets.Content(account, "ADA@EXAMPLE.COM", TestAccounts.Now);

        Assert.Equal((account.Id, TestAccounts.Now), (content.Subject, content.ExpiresAt));
        Assert.Equal("""{"email":"ADA@EXAMPLE.COM","security_stamp":"first"}""", Encoding.UTF8.GetString(content.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"email":"ADA@EXAMPLE.COM"}""")]
    [InlineData("""{"security_stamp":"stamp"}""")]
    public void A_grant_that_is_not_whole_is_none(string payload)
    {
        var content = new SecretContent(Guid.Empty, Encoding.UTF8.GetBytes(payload), TestAccounts.Now);

        Assert.Null(content.Read(MailGrantJson.Default.MailGrant));
        Assert.Null(content.Read(ResetJson.Default.ResetGrant));
    }
}
