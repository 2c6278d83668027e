using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Secrets;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Deletion;

/// <summary>Requests for a deletion and what takes them back, with their events and answers.</summary>
public sealed class DeletionOperationsTests
{
    static readonly Origin By = new(new Actor(ActorKind.Person), IPAddress.Loopback, "a browser");

    [Fact]
    public async Task A_request_says_when_and_its_event_names_the_session()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);

        Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out var pending, out _));

        Assert.Equal(new PendingDeletion(app.Clock.Now().AddDays(14), Deleted: false), pending);
        var requested = Assert.Single(await EventsAsync(app, EventKind.AccountDeletionRequested));
        Assert.Equal((account, session, By), (requested.AccountId!.Value, requested.SessionId!.Value, requested.By));
        Assert.Single(IsLogged(app, $"account.deletion_requested: -, account {account}, session {session}"));
        Assert.Empty(await EventsAsync(app, EventKind.AccountDeleted));
    }

    [Fact]
    public async Task Without_mails_no_notice_of_a_request_waits()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);

        Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out _, out _));

        Assert.Empty(await app.Get<IOutboxStore>().ListAsync(null, 10, default));
    }

    [Fact]
    public async Task Without_a_grace_period_the_answer_says_that_the_account_is_gone()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:DeletionGrace"] = "0" });
        var (account, session) = await LoggedInAsync(app);

        Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out var pending, out _));

        Assert.Equal(new PendingDeletion(app.Clock.Now(), Deleted: true), pending);
        Assert.Equal((account, By), Assert.Single((await EventsAsync(app, EventKind.AccountDeleted)).Select(one => (one.AccountId!.Value, one.By))));
        Assert.Single(IsLogged(app, $"account.deleted: -, account {account}"));
    }

    [Fact]
    public async Task The_answer_is_later_while_a_change_of_the_address_can_be_taken_back()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:DeletionGrace"] = "0" });
        var (account, session) = await LoggedInAsync(app);
        var changed = By.Does(EventKind.AccountEmailChanged, app.Clock.Now()) with { AccountId = account };
        await app.Get<IEventStore>().CountAsync([changed]);

        Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out var pending, out _));

        Assert.Equal(new PendingDeletion(app.Clock.Now().AddHours(72), Deleted: false), pending);
        Assert.NotNull(await app.Get<IAccountStore>().FindAsync(account, default));
    }

    [Fact]
    public async Task A_session_that_has_ended_deletes_nothing_and_its_requests_do_not_count()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);
        for (var attempt = 0; attempt < 11; attempt++)
        {
            Assert.False((await Deletions(app).RequestAsync(account, Guid.NewGuid(), By)).Has(out _, out var refusal));
            Assert.Equal(Problems.SessionRevoked, refusal.Problem);
        }
        Assert.Empty(await EventsAsync(app, EventKind.AccountDeletionRequested));

        Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out _, out _));
    }

    [Fact]
    public async Task After_ten_requests_the_next_has_to_wait_for_a_tenth_of_three_days()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);
        for (var request = 0; request < 10; request++)
        {
            Assert.True((await Deletions(app).RequestAsync(account, session, By)).Has(out _, out _));
            Assert.True(await Deletions(app).CancelAsync(account, stamp: null, By));
            session = (await app.LoginAsync()).SessionId;
        }

        Assert.False((await Deletions(app).RequestAsync(account, session, By)).Has(out _, out var refusal));

        Assert.Equal(new Refusal(Problems.TooManyRequests, RetryAfter: TimeSpan.FromMinutes(432)), refusal);
    }

    [Fact]
    public async Task Only_a_deletion_that_waits_is_cancelled_and_only_with_the_stamp_of_the_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);
        Assert.False(await Deletions(app).CancelAsync(account, stamp: null, By));
        await Deletions(app).RequestAsync(account, session, By);
        var stamp = (await app.Get<IAccountStore>().FindAsync(account, default))!.SecurityStamp;

        Assert.False(await Deletions(app).CancelAsync(account, "another stamp", By));
        Assert.Empty(await EventsAsync(app, EventKind.AccountDeletionCancelled));
        Assert.True(await Deletions(app).CancelAsync(account, stamp, By));

        var cancelled = Assert.Single(await EventsAsync(app, EventKind.AccountDeletionCancelled));
        Assert.Equal((account, By, app.Clock.Now()), (cancelled.AccountId!.Value, cancelled.By, cancelled.At));
        Assert.Single(IsLogged(app, $"account.deletion_cancelled: -, account {account}"));
    }

    [Fact]
    public async Task A_token_that_keeps_nothing_is_a_refused_attempt_at_its_account()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, _) = await LoggedInAsync(app);
        var token = (await MakeTokenAsync(app, account)).Reveal();

        foreach (var text in new[] { "hss_nothing", token })
            Assert.Equal(Problems.EmailTokenInvalid, (await Deletions(app).CancelAsync(text, By))?.Problem);

        await app.Get<RefusalTally>().WriteAsync();
        var refused = await EventsAsync(app, EventKind.PasswordRefused);
        Assert.Equal(2, refused.Count);
        Assert.All(refused, one => Assert.Equal(("email_token_invalid", 1), (one.Outcome, one.Count)));
        Assert.Single(refused, one => one.AccountId is null);
        Assert.Single(refused, one => one.AccountId == account);
    }

    [Fact]
    public async Task A_token_keeps_the_account_and_is_no_refused_attempt()
    {
        await using var app = await HandstampApp.StartAsync();
        var (account, session) = await LoggedInAsync(app);
        await Deletions(app).RequestAsync(account, session, By);
        var token = await MakeTokenAsync(app, account);

        Assert.Null(await Deletions(app).CancelAsync(token.Reveal(), By));

        Assert.Null((await app.Get<IAccountStore>().FindAsync(account, default))!.DeleteAt);
        Assert.Equal(account, Assert.Single(await EventsAsync(app, EventKind.AccountDeletionCancelled)).AccountId);
        await app.Get<RefusalTally>().WriteAsync();
        Assert.Empty(await EventsAsync(app, EventKind.PasswordRefused));
    }

    static DeletionOperations Deletions(HandstampApp app) => app.Get<DeletionOperations>();

    static async Task<(Guid Account, Guid Session)> LoggedInAsync(HandstampApp app)
    {
        var session = (await app.RegisterAndLoginAsync()).SessionId;
        return ((await app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!.Id, session);
    }

    static Task<SecretText> MakeTokenAsync(HandstampApp app, Guid account) =>
        app.Get<SingleUseSecrets>().MakeAsync(MailSecrets.Restore, new SecretContent(account, [], app.Clock.Now().AddDays(1)));

    static Task<IReadOnlyList<Event>> EventsAsync(HandstampApp app, EventKind kind) =>
        app.Get<EventReader>().ReadNewestAsync(new EventFilter { Kinds = [kind] }, 10, default);

    static IEnumerable<string> IsLogged(HandstampApp app, string text) =>
        app.Logs.Of(6500).Where(line => line.Contains(text, StringComparison.Ordinal));
}
