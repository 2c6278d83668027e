using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class MailLinksTests
{
    const string Origin = "https://auth.example.com";
    const string App = "https://app.example.com";

    static readonly SecretText Secret = SecretText.Create(1, Guid.CreateVersion7());
    static readonly string Token = Secret.Reveal();

    [Theory]
    [InlineData("/", "")]
    [InlineData("/auth", "/auth")]
    [InlineData("/auth/", "/auth")]
    public void Each_mail_links_to_its_page_of_the_service(string basePath, string path)
    {
        var links = Links(basePath);

        Assert.Equal(
            [
                $"{Origin}{path}/account/reset?token={Token}",
                $"{Origin}{path}/account/verify?token={Token}",
                $"{Origin}{path}/account/login/link?token={Token}",
                $"{Origin}{path}/account/email/confirm?token={Token}",
                $"{Origin}{path}/account/email/undo?token={Token}",
                $"{Origin}{path}/account/restore?token={Token}",
                $"{Origin}{path}/account/invitation?token={Token}",
            ],
            All(links));
        Assert.Equal($"{Origin}{path}/", links.Service);
    }

    [Fact]
    public void Each_mail_links_to_the_page_of_the_app_if_it_has_one()
    {
        var links = Links("/", options =>
        {
            options.ResetUrl = App + "/reset#{token}";
            options.VerifyUrl = App + "/verify#{token}";
            options.LoginUrl = App + "/login#{token}";
            options.EmailChangeUrl = App + "/change#{token}";
            options.EmailUndoUrl = App + "/undo#{token}";
            options.RestoreUrl = App + "/restore#{token}";
            options.InvitationUrl = App + "/welcome?secret={token}&from=mail";
        });

        Assert.Equal(
            [
                $"{App}/reset#{Token}", $"{App}/verify#{Token}", $"{App}/login#{Token}", $"{App}/change#{Token}", $"{App}/undo#{Token}",
                $"{App}/restore#{Token}", $"{App}/welcome?secret={Token}&from=mail",
            ],
            All(links));
        Assert.Equal($"{Origin}/", links.Service);
    }

    static IEnumerable<string> All(MailLinks links) =>
    [
        links.Reset(Secret), links.Verify(Secret), links.Login(Secret), links.Change(Secret), links.Undo(Secret), links.Restore(Secret),
        links.Invitation(Secret),
    ];

    // The issuer may have a path, which is not that of the pages.
    static MailLinks Links(string basePath, Action<AccountOptions>? change = null) =>
        new(TestAccounts.Options(change), Options.Create(new HandstampOptions { Issuer = $"{Origin}/issuer", BasePath = basePath }));
}
