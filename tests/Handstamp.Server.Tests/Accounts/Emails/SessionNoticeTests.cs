using System.Net;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Mail;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>Mails about sessions.</summary>
public sealed class SessionNoticeTests
{
    const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const string NewerFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0";
    const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1";

    [Fact]
    public async Task A_login_from_a_device_that_the_account_did_not_have_is_told_and_no_other_login()
    {
        await using var email = await EmailApp.StartAsync();
        await email.App.RegisterAsync();
        foreach (var agent in new[] { Firefox, Firefox, NewerFirefox }) await LogInAsync(email, agent);
        await email.IsSentAsync();
        Assert.Empty(email.Mails);

        await LogInAsync(email, Phone);
        await LogInAsync(email, Phone);

        var notice = await email.MailAsync();
        Assert.Equal("A new device was logged in to your account at Handstamp", notice.Subject);
        await email.IsSentAsync();
        Assert.Single(email.Mails);
        // The link ends every session, and sets a new password.
        await email.DoneAsync("/password/reset", new { token = notice.Token(), new_password = "another quite unusual sentence" });
    }

    [Theory]
    [InlineData(Firefox, "192.0.2.7", false)]
    [InlineData(NewerFirefox, "192.0.2.200", false)]
    [InlineData(Firefox, "198.51.100.7", true)]
    [InlineData(Phone, "192.0.2.7", true)]
    [InlineData(null, "192.0.2.7", true)]
    public void A_device_is_a_family_and_a_network(string? agent, string address, bool isNew)
    {
        SeenDevice[] seen = [new(Phone, IPAddress.Parse("2001:db8::1")), new(Firefox, IPAddress.Parse("192.0.2.7"))];

        Assert.Equal(isNew, DeviceFamily.IsNew(new SeenDevice(agent, IPAddress.Parse(address)), seen));
        Assert.False(DeviceFamily.IsNew(new SeenDevice(agent, IPAddress.Parse(address)), []));
    }

    [Fact]
    public async Task A_session_that_was_ended_for_reuse_is_told()
    {
        await using var email = await EmailApp.StartAsync();
        var first = await email.App.RegisterAndLoginAsync();
        var latest = first;
        for (var refresh = 0; refresh < 3; refresh++)
        {
            email.App.Jump(TimeSpan.FromMinutes(1));
            latest = await email.App.RefreshedAsync(latest.RefreshToken!);
        }

        using var reused = await email.App.RefreshAsync(first.RefreshToken!);

        await AccountService.RefusedAsync(reused, HttpStatusCode.Unauthorized, "refresh_token_reused");
        Assert.Equal("A device was logged out of your account at Handstamp", (await email.MailAsync()).Subject);
    }

    [Fact]
    public async Task A_session_that_ended_because_the_database_went_back_is_not_told()
    {
        await using var email = await EmailApp.StartAsync();
        var login = await email.App.RegisterAndLoginAsync();
        var key = email.App.Get<KeyRingService>().Ring.MacKey(email.App.Clock.GetUtcNow());

        using var refused = await email.App.RefreshAsync(RefreshToken.Create(key, login.SessionId, generation: 9).Encode());

        await AccountService.RefusedAsync(refused, HttpStatusCode.Unauthorized, "session_revoked");
        await email.IsSentAsync();
        Assert.Empty(email.Mails);
    }

    [Fact]
    public async Task Many_logins_do_not_use_up_the_notices_of_changes()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:Throttle:AddressMails", "2"));
        await email.App.RegisterAsync();
        var tokens = await email.App.LoginAsync();
        for (var device = 0; device < 5; device++) await LogInAsync(email, $"device-{device}/1.0");
        await email.IsSentAsync();
        Assert.Equal(2, email.Mails.Count);

        using var changed = await email.App.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another quite unusual sentence" }, tokens.AccessToken);

        changed.EnsureSuccessStatusCode();
        Assert.Equal("Your password for Handstamp was changed", (await email.MailAsync(3)).Subject);
    }

    static async Task LogInAsync(EmailApp email, string agent)
    {
        using var answer = await email.App.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password },
            change: request => request.Headers.TryAddWithoutValidation("User-Agent", agent));
        answer.EnsureSuccessStatusCode();
    }
}
