using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Tests.Mail;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

public sealed class RecoveryTests
{
    const string NewPassword = "another quite unusual sentence";

    [Fact]
    public async Task The_link_in_the_mail_sets_a_new_password_and_ends_all_sessions()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        var session = await app.RegisterAndLoginAsync();
        var token = await ForgetAsync(app, folder);

        using var answer = await ResetAsync(app, token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await app.LoginAsync(password: NewPassword);
        using var old = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        await RefusedAsync(old, HttpStatusCode.Unauthorized, "invalid_credentials");
        using var refresh = await app.RefreshAsync(session.RefreshToken!);
        await RefusedAsync(refresh, HttpStatusCode.Unauthorized, "session_revoked");
        Assert.NotNull((await AccountAsync(app)).Identifiers[0].VerifiedAt);
    }

    [Fact]
    public async Task A_link_works_once_and_the_others_end_with_it()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        var first = await ForgetAsync(app, folder);
        var second = await ForgetAsync(app, folder, count: 2);
        using var done = await ResetAsync(app, first);

        foreach (var token in new[] { first, second })
        {
            using var again = await ResetAsync(app, token);
            await RefusedAsync(again, HttpStatusCode.BadRequest, "reset_token_invalid");
        }
    }

    [Fact]
    public async Task A_link_expires_after_half_an_hour_or_at_any_other_password_change()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        var session = await app.RegisterAndLoginAsync();
        var overtaken = await ForgetAsync(app, folder);
        using var change = await app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = NewPassword }, session.AccessToken);
        change.EnsureSuccessStatusCode();
        using var overtakenAnswer = await ResetAsync(app, overtaken);
        await RefusedAsync(overtakenAnswer, HttpStatusCode.BadRequest, "reset_token_invalid");

        var late = (await RequestAsync(app, folder, count: 3))[^1].Token();
        app.Jump(TimeSpan.FromMinutes(30));
        using var lateAnswer = await ResetAsync(app, late);
        await RefusedAsync(lateAnswer, HttpStatusCode.BadRequest, "reset_token_invalid");
    }

    [Fact]
    public async Task A_refused_password_leaves_the_link_as_it_is()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        var token = await ForgetAsync(app, folder);

        using var weak = await ResetAsync(app, token, "password1");
        await RefusedAsync(weak, HttpStatusCode.BadRequest, "password_too_weak");
        using var done = await ResetAsync(app, token);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
    }

    [Fact]
    public async Task The_owner_is_told_of_each_change_and_can_undo_it()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        var session = await app.RegisterAndLoginAsync();
        using var change = await app.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = NewPassword }, session.AccessToken);
        change.EnsureSuccessStatusCode();

        var notice = (await folder.ReadAsync(HandstampApp.Email))[0];
        Assert.Equal("Your password for Handstamp was changed", notice.Subject);
        using var undone = await ResetAsync(app, notice.Token(), "a third quite unusual sentence");

        Assert.Equal(HttpStatusCode.NoContent, undone.StatusCode);
        using var thief = await app.PostAsync("/login", new { email = HandstampApp.Email, password = NewPassword });
        Assert.Equal(HttpStatusCode.Unauthorized, thief.StatusCode);
        Assert.Equal(2, (await folder.ReadAsync(HandstampApp.Email, count: 2)).Count);
    }

    [Theory]
    [InlineData(-1, HttpStatusCode.NoContent)]
    [InlineData(0, HttpStatusCode.BadRequest)]
    public async Task The_link_of_a_notice_works_for_three_days(int milliseconds, HttpStatusCode expected)
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        await app.Get<AccountOperations>().SetPasswordAsync(await AccountAsync(app), NewPassword, IPAddress.Loopback, Origin.Operator, default);
        var notice = (await folder.ReadAsync(HandstampApp.Email))[0];

        app.Jump(TimeSpan.FromDays(3) + TimeSpan.FromMilliseconds(milliseconds));

        using var answer = await ResetAsync(app, notice.Token(), "a third quite unusual sentence");
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Notices_do_not_invalidate_requested_links()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        var account = await AccountAsync(app);
        var channel = app.Get<IOutboxChannel>();
        for (var attempt = 0; attempt < 6; attempt++)
            await channel.DeliverAsync(MailRequest.For(MailKind.PasswordChanged, account.Id, Origin.Operator).ToEntry(app.Clock.GetUtcNow()), default);

        using var answer = await ResetAsync(app, await ForgetAsync(app, folder, count: 7));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Repeated_password_changes_send_a_limited_number_of_mails()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { ["Accounts:Throttle:AddressMails"] = "2" });
        await app.RegisterAsync();
        for (var change = 0; change < 4; change++)
            await app.Get<AccountOperations>().SetPasswordAsync(await AccountAsync(app), $"{NewPassword} {change}", IPAddress.Loopback, Origin.Operator, default);

        await folder.ReadAsync(HandstampApp.Email, count: 2);
        await IsEmptyAsync(app);
        Assert.Equal(2, folder.Read().Count);
    }

    [Fact]
    public async Task An_unverified_address_gets_no_mail_if_another_address_is_verified()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        var owner = Identifier.OfEmail("owner@example.com") with { VerifiedAt = app.Clock.GetUtcNow() };
        var account = TestAccounts.Account() with { Identifiers = [Identifier.OfEmail("a.thief@example.com"), owner] };
        await app.Get<IAccountStore>().TryCreateAsync(account, Origin.Operator.Does(EventKind.AccountAdded, app.Clock.GetUtcNow()));

        foreach (var email in new[] { "a.thief@example.com", "owner@example.com" })
        {
            using var answer = await app.PostAsync("/password/forgot", new { email });
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
        await app.Get<AccountOperations>().SetPasswordAsync(account, NewPassword, IPAddress.Loopback, Origin.Operator, default);

        Assert.Equal(2, (await folder.ReadAsync("owner@example.com", count: 2)).Count);
        await IsEmptyAsync(app);
        Assert.Equal(2, folder.Read().Count);
    }

    [Fact]
    public async Task The_owner_is_also_told_of_a_password_that_an_operator_sets()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();

        await app.Get<AccountOperations>().SetPasswordAsync(await AccountAsync(app), NewPassword, IPAddress.Loopback, Origin.Operator, default);

        Assert.Single(await folder.ReadAsync(HandstampApp.Email));
    }

    [Fact]
    public async Task An_unknown_address_gets_the_same_answer_and_no_mail()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();

        using var unknown = await app.PostAsync("/password/forgot", new { email = "nobody@example.com" });
        using var known = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });

        Assert.Equal(await ShownAsync(known), await ShownAsync(unknown));
        await folder.ReadAsync(HandstampApp.Email);
        await IsEmptyAsync(app);
        Assert.Single(folder.Read());
    }

    [Fact]
    public async Task A_disabled_account_gets_no_mail_and_no_new_password()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync();
        var token = await ForgetAsync(app, folder);
        await app.Get<AccountOperations>().DisableAsync(await AccountAsync(app), Origin.Operator);

        using var answer = await ResetAsync(app, token);
        using var again = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });

        await RefusedAsync(answer, HttpStatusCode.BadRequest, "reset_token_invalid");
        await IsEmptyAsync(app);
        Assert.Single(folder.Read());
    }

    [Fact]
    public async Task The_mail_goes_to_the_address_of_the_account_as_its_owner_wrote_it()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(folder.Settings);
        await app.RegisterAsync("Ada@Example.com");

        using var answer = await app.PostAsync("/password/forgot", new { email = "ADA@EXAMPLE.COM" });

        await folder.ReadAsync("Ada@Example.com");
    }

    [Theory]
    [InlineData("Accounts:Throttle:AddressMails", "one address")]
    [InlineData("Accounts:Throttle:NetworkMails", "other addresses")]
    public async Task Strangers_can_request_only_a_limited_number_of_mails(string setting, string receivers)
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { [setting] = "2" });
        for (var request = 0; request < 2; request++)
        {
            using var taken = await app.PostAsync("/password/forgot", new { email = Receiver(request) });
            Assert.Equal(HttpStatusCode.NoContent, taken.StatusCode);
        }

        using var refused = await app.PostAsync("/password/forgot", new { email = Receiver(2) });
        await RefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
        app.Jump(TimeSpan.FromMinutes(30));
        using var later = await app.PostAsync("/password/forgot", new { email = Receiver(2) });
        Assert.Equal(HttpStatusCode.NoContent, later.StatusCode);

        string Receiver(int request) => receivers == "one address" ? "nobody@example.com" : $"nobody-{request}@example.com";
    }

    [Fact]
    public async Task A_request_needs_a_place_in_the_hashing_queue()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { ["Accounts:Hashing:QueueLimit"] = "1" });
        await app.RegisterAsync();
        var taken = new List<HashingPlace>();
        while (app.Get<HashingQueue>().TryEnter(IPAddress.Loopback) is { } place) taken.Add(place);

        using var refused = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });
        await RefusedAsync(refused, HttpStatusCode.ServiceUnavailable, "server_busy");
        await IsEmptyAsync(app);

        foreach (var place in taken) place.Dispose();
        await RequestAsync(app, folder, count: 1);
    }

    [Fact]
    public async Task Without_mail_both_routes_refuse()
    {
        await using var app = await HandstampApp.StartAsync();

        using var forgot = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });
        using var reset = await ResetAsync(app, "hss_nothing");

        await RefusedAsync(forgot, HttpStatusCode.Forbidden, "mail_not_configured");
        await RefusedAsync(reset, HttpStatusCode.BadRequest, "reset_token_invalid");
    }

    [Fact]
    public async Task The_link_leads_to_the_app_s_own_page_if_it_has_one()
    {
        using var folder = new MailFolder();
        await using var app = await HandstampApp.StartAsync(new(folder.Settings) { ["Accounts:ResetUrl"] = "https://app.example.com/reset#{token}" });
        await app.RegisterAsync();

        var mail = (await RequestAsync(app, folder, count: 1))[0];

        Assert.Contains($"https://app.example.com/reset#{mail.Token()}", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_mail_contains_no_secret()
    {
        await using var app = await HandstampApp.StartAsync(SmtpServer.SettingsFor(SmtpServer.FreePort()));
        await app.RegisterAsync();
        using var answer = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });
        await Eventually.TrueAsync(() => app.Logs.Lines.Any(line => line.Contains("could not be reached", StringComparison.Ordinal)), "the mail was tried");

        LeasedEntry? leased = null;
        await Eventually.TrueAsync(async () => (leased = await app.Get<IOutboxStore>().LeaseAsync(DateTimeOffset.MaxValue, DateTimeOffset.MaxValue)) is not null, "it waits");

        var text = System.Text.Encoding.UTF8.GetString(leased!.Entry.Payload);
        Assert.DoesNotContain("hss_", text, StringComparison.Ordinal);
        Assert.Contains(nameof(MailKind.PasswordReset), text, StringComparison.Ordinal);
    }

    static async Task<string> ForgetAsync(HandstampApp app, MailFolder folder, int count = 1) => (await RequestAsync(app, folder, count))[^1].Token();

    static async Task<IReadOnlyList<MimeKit.MimeMessage>> RequestAsync(HandstampApp app, MailFolder folder, int count)
    {
        using var answer = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return await folder.ReadAsync(HandstampApp.Email, count);
    }

    static Task<HttpResponseMessage> ResetAsync(HandstampApp app, string token, string password = NewPassword) =>
        app.PostAsync("/password/reset", new { token, new_password = password });

    static async Task<Account> AccountAsync(HandstampApp app) =>
        (await app.Get<IAccountStore>().FindAsync(IdentifierKind.Email, EmailAddress.Canonical(HandstampApp.Email), default))!;

    /// <summary>Waits until nothing waits in the outbox.</summary>
    static Task IsEmptyAsync(HandstampApp app) => Eventually.TrueAsync(
        async () => await app.Get<IOutboxStore>().LeaseAsync(DateTimeOffset.MaxValue, app.Clock.GetUtcNow()) is null, "the outbox is empty");

    static async Task<(HttpStatusCode, string)> ShownAsync(HttpResponseMessage answer) =>
        (answer.StatusCode, await answer.Content.ReadAsStringAsync());

    static Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code) => AccountService.RefusedAsync(answer, status, code);
}
