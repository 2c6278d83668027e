using System.Net;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class FactorNoticeTests : IDisposable
{
    readonly MailFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_owner_gets_a_mail_about_a_new_app_even_if_a_thief_has_tried_many_changes_that_were_refused()
    {
        await using var app = await HandstampApp.StartAsync(_folder.Settings);
        var thief = new Person(app);
        var tokens = await app.RegisterAndLoginAsync();
        for (var attempt = 1; attempt <= 9; attempt++)
            foreach (var route in (string[])["mfa", "passkeys", "external-logins"])
            {
                using var refused = await app.SendAsync(HttpMethod.Delete, $"/{route}/{Guid.NewGuid()}", accessToken: tokens.AccessToken);
                Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
            }

        await thief.EnrolAsync(tokens);

        var mail = (await _folder.ReadAsync(HandstampApp.Email))[0];
        Assert.Contains("A way to log in was added", mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_gets_a_mail_about_new_recovery_codes()
    {
        await using var app = await HandstampApp.StartAsync(_folder.Settings);
        var tokens = await app.RegisterAndLoginAsync();
        await new Person(app).EnrolAsync(tokens);
        await _folder.ReadAsync(HandstampApp.Email);

        using var renewed = await app.PostAsync("/mfa/recovery-codes", new { }, tokens.AccessToken);

        Assert.Equal(HttpStatusCode.OK, renewed.StatusCode);
        await _folder.ReadAsync(HandstampApp.Email, count: 2);
    }
}
