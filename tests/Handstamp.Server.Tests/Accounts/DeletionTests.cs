using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Server.Tests.Accounts.Emails;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.SignIn;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Owners delete their accounts, and keep them after all.</summary>
public sealed class DeletionTests
{
    static readonly TimeSpan Grace = TimeSpan.FromDays(14);

    static readonly object Login = new { email = HandstampApp.Email, password = HandstampApp.Password };

    [Fact]
    public async Task An_account_is_deleted_when_its_grace_period_is_over()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        var id = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id;

        using var answer = await DeleteAsync(app, tokens);

        var pending = await AccountService.ReadAsync(answer, HttpStatusCode.Accepted);
        Assert.Equal(app.Clock.GetUtcNow() + Grace, pending.GetProperty("deletes_at").GetDateTimeOffset());
        Assert.False(pending.GetProperty("deleted").GetBoolean());
        using var refreshed = await app.RefreshAsync(tokens.RefreshToken!);
        await AccountService.RefusedAsync(refreshed, HttpStatusCode.Unauthorized, "session_revoked");

        using var sweeper = new DeletionSweeper(app.Get<DeletionOperations>(), new SingleNode(), app.Clock, NullLogger<DeletionSweeper>.Instance);
        app.Jump(Grace - TimeSpan.FromMilliseconds(1));
        await sweeper.SweepAsync(default);
        Assert.NotNull(await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default));
        app.Jump(TimeSpan.FromMilliseconds(1));
        await sweeper.SweepAsync(default);

        Assert.Null(await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default));
        var deleted = Assert.Single(await EventsAsync(app, EventKind.AccountDeleted));
        Assert.Equal((ActorKind.System, id), (deleted.By.Actor.Kind, deleted.AccountId));
        await app.RegisterAndLoginAsync();
    }

    [Fact]
    public async Task Without_a_grace_period_the_account_is_deleted_at_once()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:DeletionGrace"] = "0" });
        var tokens = await app.RegisterAndLoginAsync();

        using var answer = await DeleteAsync(app, tokens);

        Assert.True((await AccountService.ReadAsync(answer, HttpStatusCode.OK)).GetProperty("deleted").GetBoolean());
        Assert.Null(await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default));
        Assert.Equal(ActorKind.Person, Assert.Single(await EventsAsync(app, EventKind.AccountDeleted)).By.Actor.Kind);
        using var login = await app.PostAsync("/login", Login);
        await AccountService.RefusedAsync(login, HttpStatusCode.Unauthorized, "invalid_credentials");
    }

    [Fact]
    public async Task Deletion_needs_a_recent_login()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromMinutes(11));
        tokens = await app.RefreshedAsync(tokens.RefreshToken!);

        using var answer = await DeleteAsync(app, tokens);

        await AccountService.RefusedAsync(answer, HttpStatusCode.Unauthorized, "insufficient_user_authentication");
    }

    [Fact]
    public async Task A_login_asks_whether_the_account_is_kept_and_then_logs_in()
    {
        await using var app = await HandstampApp.StartAsync();
        using var deleted = await DeleteAsync(app, await app.RegisterAndLoginAsync());
        app.Jump(TimeSpan.FromDays(13));

        var asked = await AskedAsync(app);
        using var kept = await app.PostAsync("/login/restore", new { mfa_token = Token(asked) });

        Assert.Equal(app.Clock.GetUtcNow() + TimeSpan.FromDays(1), asked.GetProperty("deletes_at").GetDateTimeOffset());
        var tokens = await TokenSet.ReadAsync(kept);
        Assert.Equal("pwd", (await app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!.Session.AuthenticationMethods);
        Assert.Single(await EventsAsync(app, EventKind.AccountDeletionCancelled));
        app.Jump(Grace);
        Assert.Equal(0, await app.Get<DeletionOperations>().DeleteDueAsync(default));
        await app.LoginAsync();
    }

    [Fact]
    public async Task Only_the_person_who_has_given_everything_learns_of_it_and_can_keep_the_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var (ada, tokens) = await WithAppAsync(app);
        using var deleted = await DeleteAsync(app, tokens);
        using var wrong = await app.PostAsync("/login", new { email = HandstampApp.Email, password = "a wrong sentence" });
        await AccountService.RefusedAsync(wrong, HttpStatusCode.Unauthorized, "invalid_credentials");

        using var first = await app.PostAsync("/login", Login);
        var due = await AccountService.ReadAsync(first, HttpStatusCode.Unauthorized);
        Assert.Equal("mfa_required", due.GetProperty("code").GetString());
        using var early = await app.PostAsync("/login/restore", new { mfa_token = Token(due) });
        await AccountService.RefusedAsync(early, HttpStatusCode.BadRequest, "invalid_request");
        using var second = await ada.ContinueAsync(Token(due), ada.NextCode());
        var pending = await AccountService.ReadAsync(second, HttpStatusCode.Forbidden);
        Assert.Equal("account_deletion_pending", pending.GetProperty("code").GetString());
        using var kept = await app.PostAsync("/login/restore", new { mfa_token = Token(pending) });

        var again = await TokenSet.ReadAsync(kept);
        Assert.Equal("pwd otp mfa", (await app.Get<ISessionStore>().FindAsync(again.SessionId, default))!.Session.AuthenticationMethods);
    }

    [Fact]
    public async Task A_login_that_began_before_the_deletion_ends_nowhere()
    {
        await using var app = await HandstampApp.StartAsync();
        var (ada, tokens) = await WithAppAsync(app);
        using var first = await app.PostAsync("/login", Login);
        var due = await AccountService.ReadAsync(first, HttpStatusCode.Unauthorized);
        using var deleted = await DeleteAsync(app, tokens);

        using var second = await ada.ContinueAsync(Token(due), ada.NextCode());

        await AccountService.RefusedAsync(second, HttpStatusCode.Unauthorized, "mfa_token_invalid");
    }

    [Fact]
    public async Task A_token_that_asked_before_a_new_password_keeps_nothing()
    {
        await using var app = await HandstampApp.StartAsync();
        using var deleted = await DeleteAsync(app, await app.RegisterAndLoginAsync());
        var asked = await AskedAsync(app);
        var accounts = app.Get<AccountOperations>();
        var account = (await accounts.FindAsync(HandstampApp.Email, default))!;
        await accounts.SetPasswordAsync(account, "another quite unusual sentence", HashingQueue.Operator, default);

        using var late = await app.PostAsync("/login/restore", new { mfa_token = Token(asked) });

        await AccountService.RefusedAsync(late, HttpStatusCode.Unauthorized, "mfa_token_invalid");
        Assert.NotNull((await accounts.FindAsync(HandstampApp.Email, default))!.DeleteAt);
    }

    [Fact]
    public async Task The_owner_gets_a_mail_and_keeps_the_account_with_its_link_once()
    {
        await using var email = await EmailApp.StartAsync();
        using var deleted = await DeleteAsync(email.App, await email.App.RegisterAndLoginAsync());

        var mail = await email.MailAsync();
        Assert.Equal("Your account at Handstamp will be deleted", mail.Subject);
        await email.DoneAsync("/me/restore", new { token = mail.Token() });

        await email.App.LoginAsync();
        await email.RefusedAsync("/me/restore", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
        await email.RefusedAsync("/me/restore", new { token = "hss_nothing" }, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task The_link_of_the_mail_is_good_until_the_deletion()
    {
        await using var email = await EmailApp.StartAsync(("Accounts:RestoreUrl", "https://app.example.com/keep#{token}"));
        using var deleted = await DeleteAsync(email.App, await email.App.RegisterAndLoginAsync());
        var mail = await email.MailAsync();
        Assert.Contains("https://app.example.com/keep#", mail.TextBody, StringComparison.Ordinal);

        email.App.Jump(Grace);

        await email.RefusedAsync("/me/restore", new { token = mail.Token() }, HttpStatusCode.BadRequest, "email_token_invalid");
    }

    [Fact]
    public async Task No_more_than_ten_deletions_are_requested_in_three_days_so_that_nobody_gets_more_mails()
    {
        await using var app = await HandstampApp.StartAsync();
        var tokens = await app.RegisterAndLoginAsync();
        var deletions = app.Get<DeletionOperations>();
        for (var round = 0; round < 10; round++)
        {
            using var deleted = await DeleteAsync(app, tokens);
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
            var account = (await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
            Assert.True(await deletions.CancelAsync(account.Id, stamp: null, Origin.System));
            tokens = await app.LoginAsync();
        }

        using var refused = await DeleteAsync(app, tokens);

        await AccountService.RefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    static async Task<(Person, TokenSet)> WithAppAsync(HandstampApp app)
    {
        var (person, tokens) = (new Person(app), await app.RegisterAndLoginAsync());
        await person.EnrolAsync(tokens);
        return (person, tokens);
    }

    static Task<HttpResponseMessage> DeleteAsync(HandstampApp app, TokenSet tokens) =>
        app.SendAsync(HttpMethod.Delete, "/me", accessToken: tokens.AccessToken);

    static async Task<JsonElement> AskedAsync(HandstampApp app)
    {
        using var answer = await app.PostAsync("/login", Login);
        var asked = await AccountService.ReadAsync(answer, HttpStatusCode.Forbidden);
        Assert.Equal("account_deletion_pending", asked.GetProperty("code").GetString());
        return asked;
    }

    static string Token(JsonElement asked) => asked.GetProperty("mfa_token").GetString()!;

    static async Task<IReadOnlyList<Event>> EventsAsync(HandstampApp app, EventKind kind) =>
        await app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [kind] }, 10, default);
}
