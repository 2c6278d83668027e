using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Server.Outbox;
using Handstamp.Server.Storage;
using Handstamp.Server.Tests.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Emails;

/// <summary>How many notices an account gets.</summary>
public sealed class MailNoticesTests : IDisposable
{
    static readonly Origin By = MailCalls.Person;
    static readonly Guid AccountId = Guid.CreateVersion7();

    readonly MailFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_mail_server_there_are_no_notices()
    {
        await using var app = await HandstampApp.StartAsync();

        Assert.False(app.Get<MailNotices>().IsOn);
        Assert.False(await IsTakenAsync(app));
        Assert.Null(await app.Get<MailNotices>().OfSessionAsync(MailKind.NewDevice, AccountId, By, app.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_notice_is_for_the_account_and_says_what_was_done_and_by_whom()
    {
        await using var app = await HandstampApp.StartAsync(_folder.Settings);
        var (notices, at) = (app.Get<MailNotices>(), app.Clock.GetUtcNow().AddSeconds(-1));

        var change = (await notices.OfAsync(MailKind.FactorAdded, AccountId, By, at))!;
        var session = (await notices.OfSessionAsync(MailKind.NewDevice, AccountId, By, at))!;

        Assert.True(notices.IsOn);
        foreach (var entry in new[] { change, session })
            Assert.Equal((MailChannel.ChannelName, AccountId.ToString(), at), (entry.Channel, entry.Lane, entry.CreatedAt));
        Assert.Equal(MailRequest.For(MailKind.FactorAdded, AccountId, By), MailRequest.Read(change.Payload));
        Assert.Equal(MailRequest.For(MailKind.NewDevice, AccountId, By), MailRequest.Read(session.Payload));
    }

    [Fact]
    public async Task An_account_gets_five_notices_an_hour_and_then_one_every_twelve_minutes()
    {
        await using var app = await HandstampApp.StartAsync(_folder.Settings);
        for (var notice = 0; notice < 5; notice++) Assert.True(await IsTakenAsync(app));

        Assert.False(await IsTakenAsync(app));
        Assert.True(await IsTakenAsync(app, Guid.CreateVersion7()));
        app.Jump(TimeSpan.FromMinutes(12) - TimeSpan.FromMilliseconds(1));
        Assert.False(await IsTakenAsync(app));
        app.Jump(TimeSpan.FromMilliseconds(1));

        Assert.True(await IsTakenAsync(app));
        Assert.False(await IsTakenAsync(app));
    }

    [Fact]
    public async Task Notices_of_sessions_have_a_number_of_their_own()
    {
        await using var app = await HandstampApp.StartAsync(new(_folder.Settings) { ["Accounts:Throttle:AddressMails"] = "1" });
        var notices = app.Get<MailNotices>();
        Assert.True(await IsTakenAsync(app));

        Assert.NotNull(await notices.OfSessionAsync(MailKind.NewDevice, AccountId, By, app.Clock.GetUtcNow()));

        Assert.Null(await notices.OfSessionAsync(MailKind.NewDevice, AccountId, By, app.Clock.GetUtcNow()));
        Assert.False(await IsTakenAsync(app));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    public async Task The_notice_of_what_was_refused_does_not_count(bool hasNotice, bool hasAccount, bool isGivenBack)
    {
        await using var app = await HandstampApp.StartAsync(new(_folder.Settings) { ["Accounts:Throttle:AddressMails"] = "1" });
        var (notices, now) = (app.Get<MailNotices>(), app.Clock.GetUtcNow());
        var notice = await notices.OfAsync(MailKind.PasswordChanged, AccountId, By, now);
        var refused = By.Does(EventKind.AccountPasswordChanged, now) with { Notice = hasNotice ? notice : null, AccountId = hasAccount ? AccountId : null };

        await notices.GiveBackAsync(refused);

        Assert.Equal(isGivenBack, await IsTakenAsync(app));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_notice_that_was_recorded_is_made_known_to_all_nodes_at_once(bool hasNotice, int published)
    {
        var nodes = new CountingNodes();
        using var delivery = new OutboxDelivery(outbox: null!, nodes, services: null!, TimeProvider.System, NullLogger<OutboxDelivery>.Instance);
        var notices = new MailNotices([], throttles: null!, delivery, TestAccounts.Options());
        var notice = MailRequest.For(MailKind.PasswordChanged, AccountId, By).ToEntry(TestAccounts.Now);

        notices.OnRecorded(By.Does(EventKind.AccountPasswordChanged, TestAccounts.Now) with { Notice = hasNotice ? notice : null });

        Assert.Equal(Enumerable.Repeat(Signal.Outbox, published), nodes.Published);
    }

    /// <summary>Whether there is a notice of a change now.</summary>
    static async Task<bool> IsTakenAsync(HandstampApp app, Guid? accountId = null) =>
        await app.Get<MailNotices>().OfAsync(MailKind.PasswordChanged, accountId ?? AccountId, By, app.Clock.GetUtcNow()) is not null;

    sealed class CountingNodes : INodes
    {
        public List<Signal> Published { get; } = [];

        public void Publish(Signal signal) => Published.Add(signal);

        public Task NextAsync(Signal signal) => new TaskCompletionSource().Task;

        public Task<bool> TryLeadAsync(CancellationToken cancel) => Task.FromResult(true);
    }
}
