using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>
/// What the node keeps about the log, and whose word starts a new epoch, at the boundaries of both. The suite over both engines shows
/// the same with a database that has gone back.
/// </summary>
public sealed class FeedEpochTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");

    string Kept => Path.Combine(_directory.FullName, "feed.position");

    public void Dispose() => _directory.Delete(recursive: true);

    Task<HandstampApp> StartAsync(FakeTimeProvider? clock = null) => HandstampApp.StartAsync(directory: _directory.FullName, clock: clock);

    static Task<FeedPosition> EndedAsync(HandstampApp app) => EndedAsync(app, app.LoginAsync());

    static async Task<FeedPosition> EndedAsync(HandstampApp app, Task<TokenSet> login)
    {
        (await app.PostAsync("/logout", new { }, (await login).AccessToken)).Dispose();
        return (await app.Get<FeedEpoch>().LookAsync(default)).Position;
    }

    [Fact]
    public async Task A_first_start_warns_of_nothing_and_keeps_its_position()
    {
        await using var app = await StartAsync();

        Assert.Empty(app.Logs.Of(3020).Concat(app.Logs.Of(3021)).Concat(app.Logs.Of(3022)));
        Assert.Equal(app.Get<FeedEpoch>().Position.ToString(), File.ReadAllText(Kept));
        var ended = await EndedAsync(app, app.RegisterAndLoginAsync());
        Assert.Equal(ended.ToString(), File.ReadAllText(Kept));
    }

    [Fact]
    public async Task A_position_that_cannot_be_kept_is_logged_once_until_it_can_be_kept_again()
    {
        Directory.CreateDirectory(Kept);
        await using var app = await StartAsync();
        await app.RegisterAsync();
        Assert.Single(app.Logs.Of(3021));
        await EndedAsync(app);
        Assert.Single(app.Logs.Of(3021));

        Directory.Delete(Kept);
        var kept = await EndedAsync(app);
        Assert.Equal(kept.ToString(), File.ReadAllText(Kept));
        File.Delete(Kept);
        Directory.CreateDirectory(Kept);
        await EndedAsync(app);
        Assert.Equal(2, app.Logs.Of(3021).Count());
        await EndedAsync(app);
        Assert.Equal(2, app.Logs.Of(3021).Count());
    }

    [Fact]
    public async Task A_new_epoch_is_later_than_all_that_were_seen_although_the_clock_has_gone_back()
    {
        FeedPosition seen;
        await using (var before = await StartAsync()) seen = before.Get<FeedEpoch>().Position;
        var later = new FeedPosition(seen.Epoch + 5000, 3);
        await File.WriteAllTextAsync(Kept, later.ToString(), TestContext.Current.CancellationToken);

        await using var after = await StartAsync(new FakeTimeProvider(seen.EpochBegan - TimeSpan.FromDays(1)));

        Assert.Equal(new FeedPosition(later.Epoch + 1, 0), after.Get<FeedEpoch>().Position);
    }

    [Fact]
    public async Task A_follower_that_is_ahead_is_believed_once_in_the_memory_of_the_feed()
    {
        await using var app = await StartAsync();
        var epoch = app.Get<FeedEpoch>();
        var first = epoch.Position;
        var ahead = first with { Sequence = first.Sequence + 1 };

        app.Jump(RevocationFeed.Memory - TimeSpan.FromMilliseconds(1));
        Assert.Equal(first.Start, await epoch.ResumeAsync(ahead, default));
        Assert.Equal(first, epoch.Position);
        Assert.Empty(app.Logs.Of(3020));

        app.Jump(TimeSpan.FromMilliseconds(1));
        var resumed = await epoch.ResumeAsync(ahead, default);
        Assert.Equal(epoch.Position.Start, resumed);
        Assert.True(resumed.Epoch > first.Epoch);
        Assert.Contains(app.Logs.Lines, line => line.Contains($"a follower has seen {ahead}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_is_ahead_is_evidence_only_against_a_row_of_this_epoch()
    {
        await using var app = await StartAsync();
        var epoch = app.Get<FeedEpoch>();
        var first = epoch.Position;

        await epoch.TokenIsAheadAsync(first.EpochBegan);
        Assert.Equal(first, epoch.Position);

        app.Jump(TimeSpan.FromMilliseconds(1));
        await epoch.TokenIsAheadAsync(first.EpochBegan + TimeSpan.FromMilliseconds(1));
        Assert.True(epoch.Position.Epoch > first.Epoch);
    }

    [Fact]
    public async Task The_log_says_how_far_this_node_had_seen()
    {
        FeedPosition seen;
        await using (var before = await StartAsync()) seen = before.Get<FeedEpoch>().Position with { Sequence = 999 };
        await File.WriteAllTextAsync(Kept, seen.ToString(), TestContext.Current.CancellationToken);

        await using var after = await StartAsync();

        Assert.Contains(after.Logs.Lines, line => line.Contains($"this node has seen it end at {seen}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_place_begins_an_epoch_and_is_a_warning_if_there_was_one_before()
    {
        var log = new StandInLog();
        using var epoch = Epoch(log, out var lines);
        await epoch.OpenAsync(default);
        Assert.Empty(lines.Of(3022));
        var first = epoch.Position;

        log.Head = log.Head with { Place = LogPlace.Other };
        await epoch.LookAsync(default);

        Assert.True(epoch.Position.Epoch > first.Epoch);
        Assert.Null(epoch.WentBackAt);
        Assert.Single(lines.Of(3022));
    }

    [Fact]
    public async Task A_log_that_ends_before_what_was_seen_has_gone_back()
    {
        var log = new StandInLog();
        using var epoch = Epoch(log, out var lines);
        await epoch.OpenAsync(default);
        log.Head = new LogHead(log.Head.Position with { Sequence = 7 });
        var seen = (await epoch.LookAsync(default)).Position;

        log.Head = new LogHead(log.Head.Position with { Sequence = 6 });
        await epoch.LookAsync(default);

        Assert.True(epoch.Position.Epoch > seen.Epoch);
        Assert.NotNull(epoch.WentBackAt);
        Assert.Single(lines.Of(3020));
        Assert.Empty(lines.Of(3022));
    }

    FeedEpoch Epoch(StandInLog log, out LogLines lines)
    {
        lines = new LogLines();
        return new FeedEpoch(
            log, Options.Create(new StorageOptions { DataDirectory = _directory.FullName }), new FakeTimeProvider(), new LoggerFactory([lines]).CreateLogger<FeedEpoch>());
    }
}
