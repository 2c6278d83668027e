using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class SessionSweeperTests
{
    static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    static async Task<int> SweepAsync(HandstampApp app)
    {
        // The sweep pauses between its batches, on the clock of the service.
        var sweep = app.Get<SessionSweeper>().SweepAsync(default);
        await Eventually.TrueAsync(() =>
        {
            if (!sweep.IsCompleted) app.Clock.Advance(TimeSpan.FromMilliseconds(20));
            return sweep.IsCompleted;
        }, "the sweep has ended");
        return await sweep;
    }

    [Fact]
    public async Task An_ended_session_is_kept_for_the_retention_so_that_its_refusal_can_say_why()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();

        app.Jump(Retention);
        Assert.Equal(0, await SweepAsync(app));
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);

        app.Jump(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await SweepAsync(app));
        Assert.Equal("session_expired", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);
    }

    [Fact]
    public async Task A_service_that_starts_sweeps_at_once()
    {
        using var directory = new TempDirectory();
        HandstampApp before;
        await using (before = await HandstampApp.StartAsync(directory: directory.Path))
            (await before.PostAsync("/logout", new { }, (await before.RegisterAndLoginAsync()).AccessToken)).Dispose();
        before.Jump(Retention + TimeSpan.FromSeconds(1));

        await using var after = await HandstampApp.StartAsync(directory: directory.Path, clock: before.Clock);

        await Eventually.TrueAsync(() => after.Logs.Of(3005).Any(), "the ended session is deleted");
    }

    [Fact]
    public async Task Live_sessions_are_kept()
    {
        await using var app = await HandstampApp.StartAsync();
        var login = await app.RegisterAndLoginAsync();
        app.Jump(TimeSpan.FromDays(13));

        Assert.Equal(0, await SweepAsync(app));
        await app.RefreshedAsync(login.RefreshToken!);
    }

    [Fact]
    public async Task The_feed_forgets_entries_older_than_any_access_token_but_never_its_newest_number()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        for (var i = 0; i < 3; i++)
            (await app.PostAsync("/logout", new { }, (await app.LoginAsync()).AccessToken)).Dispose();
        var log = app.Get<IRevocationLog>();

        app.Jump(RevocationFeed.Memory);
        await SweepAsync(app);
        Assert.Equal(3, (await log.ReadAfterAsync(0, DateTimeOffset.MinValue, 10, default)).Count);

        app.Jump(TimeSpan.FromSeconds(1));
        await SweepAsync(app);
        Assert.Equal(3, (await log.ReadHeadAsync(default)).Position.Sequence);
        Assert.Single(await log.ReadAfterAsync(0, DateTimeOffset.MinValue, 10, default));
    }

    [Fact]
    public async Task A_used_proof_is_kept_five_minutes_longer_for_a_node_whose_clock_is_behind()
    {
        await using var app = await HandstampApp.StartAsync();
        var (proofs, until) = (app.Get<IProofStore>(), app.Clock.GetUtcNow());
        Assert.True(await proofs.TryUseAsync(7, until));

        app.Jump(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await SweepAsync(app);
        Assert.False(await proofs.TryUseAsync(7, until));

        app.Jump(TimeSpan.FromSeconds(2));
        await SweepAsync(app);
        Assert.True(await proofs.TryUseAsync(7, until));
    }

    [Fact]
    public async Task Only_the_node_that_cleans_up_sweeps_and_it_logs_how_much_it_has_deleted()
    {
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<INodes>(new Node()));
        var login = await app.RegisterAndLoginAsync();
        (await app.PostAsync("/logout", new { }, login.AccessToken)).Dispose();
        app.Jump(Retention + TimeSpan.FromSeconds(1));
        var node = new Node();
        using var sweeper = ActivatorUtilities.CreateInstance<SessionSweeper>(app.Services, node);
        await sweeper.StartAsync(default);

        await node.WholeRoundAsync(app.Clock);
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);
        node.Leads = true;
        await node.WholeRoundAsync(app.Clock);
        await node.WholeRoundAsync(app.Clock);
        Assert.Equal("session_expired", (await ProblemAnswer.ReadAsync(await app.RefreshAsync(login.RefreshToken!))).Code);

        Assert.EndsWith(" 1 ended and expired sessions deleted ", Assert.Single(app.Logs.Of(3005)), StringComparison.Ordinal);
        await sweeper.StopAsync(default);
    }

    [Fact]
    public async Task A_round_that_finds_no_database_is_logged_and_the_next_one_follows()
    {
        await using var app = await HandstampApp.StartAsync(services: services => services.AddSingleton<INodes>(new Node()));
        var node = new Node { IsGone = true };
        using var sweeper = ActivatorUtilities.CreateInstance<SessionSweeper>(app.Services, node);
        await sweeper.StartAsync(default);

        await node.WholeRoundAsync(app.Clock);

        Assert.NotEmpty(app.Logs.Of(3006));
        await sweeper.StopAsync(default);
    }

    /// <summary>One of several nodes.</summary>
    sealed class Node : INodes
    {
        int _asked;

        public volatile bool Leads;

        /// <summary>Whether its database does not answer.</summary>
        public bool IsGone { get; init; }

        public void Publish(Signal signal)
        {
        }

        public Task NextAsync(Signal signal) => Task.Delay(Timeout.Infinite);

        public Task<bool> TryLeadAsync(CancellationToken cancel)
        {
            Interlocked.Increment(ref _asked);
            return IsGone ? throw new StorageUnavailableException("The database is gone.") : Task.FromResult(Leads);
        }

        /// <summary>Until a round that has begun since has ended, because one more has begun.</summary>
        public async Task WholeRoundAsync(FakeTimeProvider clock)
        {
            var asked = Volatile.Read(ref _asked);
            await Eventually.TrueAsync(
                () => Volatile.Read(ref _asked) >= asked + 2, "two rounds have begun", nudge: () => clock.Advance(TimeSpan.FromMinutes(10)));
        }
    }
}
