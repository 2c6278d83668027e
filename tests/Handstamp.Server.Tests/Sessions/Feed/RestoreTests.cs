using System.Net;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>A database that is restored to an earlier time, with or without the files beside it.</summary>
public sealed class RestoreTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");
    readonly DirectoryInfo _saved = Directory.CreateTempSubdirectory("handstamp-test-");

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        _saved.Delete(recursive: true);
    }

    Task<HandstampApp> StartAsync(HandstampApp? after = null) =>
        HandstampApp.StartAsync(directory: _directory.FullName, clock: after?.Clock);

    void Save(string files = "*") => Copy(_directory, _saved, files);

    void PutBack() => Copy(_saved, _directory, "*");

    static void Copy(DirectoryInfo from, DirectoryInfo to, string files)
    {
        foreach (var file in from.EnumerateFiles(files)) file.CopyTo(Path.Combine(to.FullName, file.Name), overwrite: true);
    }

    static async Task<string?> WentBackAtAsync(HandstampApp app)
    {
        using var answer = await app.SendAsync(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return body.TryGetProperty("database_went_back_at", out var at) ? at.GetString() : null;
    }

    static async Task EndAsync(HandstampApp app) =>
        (await app.PostAsync("/logout", new { }, (await app.LoginAsync()).AccessToken)).Dispose();

    [Fact]
    public async Task A_restored_file_begins_a_new_epoch_and_the_service_says_so_for_a_day()
    {
        HandstampApp before;
        FeedPosition seen;
        await using (before = await StartAsync()) await before.RegisterAsync();
        Save("handstamp.db");
        await using (before = await StartAsync(before))
        {
            await EndAsync(before);
            seen = (await before.Get<FeedEpoch>().LookAsync(default)).Position;
            Assert.Null(await WentBackAtAsync(before));
        }

        PutBack();
        await using var after = await StartAsync(before);

        Assert.True(after.Get<FeedEpoch>().Position.Epoch > seen.Epoch);
        Assert.Equal("2026-01-02T03:04:05Z", await WentBackAtAsync(after));
        Assert.NotEmpty(after.Logs.Of(3020));
        after.Jump(TimeSpan.FromDays(1));
        Assert.Null(await WentBackAtAsync(after));
    }

    [Fact]
    public async Task A_restored_backup_begins_a_new_epoch_although_nothing_was_revoked_since()
    {
        FeedPosition seen;
        await using (var before = await StartAsync())
        {
            await before.Get<IStorage>().BackupAsync(Path.Combine(_saved.FullName, "handstamp.db"), default);
            seen = before.Get<FeedEpoch>().Position;
        }

        PutBack();
        await using var after = await StartAsync();

        Assert.True(after.Get<FeedEpoch>().Position.Epoch > seen.Epoch);
        Assert.NotNull(await WentBackAtAsync(after));
        Assert.Contains(after.Logs.Lines, line => line.Contains("a copy made by `handstamp backup`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_earlier_refresh_token_reveals_that_all_files_were_restored()
    {
        HandstampApp before;
        TokenSet login;
        await using (before = await StartAsync()) login = await before.RegisterAndLoginAsync();
        before.Jump(TimeSpan.FromMinutes(1));
        await using (before = await StartAsync(before)) login = await before.RefreshedAsync(login.RefreshToken!);
        Save();
        await using (before = await StartAsync(before))
        {
            before.Jump(TimeSpan.FromMinutes(1));
            login = await before.RefreshedAsync(login.RefreshToken!);
            before.Jump(TimeSpan.FromMinutes(1));
            login = await before.RefreshedAsync(login.RefreshToken!);
        }

        PutBack();
        await using var after = await StartAsync(before);
        var epoch = after.Get<FeedEpoch>().Position.Epoch;
        Assert.Equal("session_revoked", (await ProblemAnswer.ReadAsync(await after.RefreshAsync(login.RefreshToken!))).Code);

        Assert.True(after.Get<FeedEpoch>().Position.Epoch > epoch);
        Assert.NotNull(await WentBackAtAsync(after));
        Assert.Contains(after.Logs.Lines, line => line.Contains("a refresh token is newer than its session's row", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_revoked_key_stays_revoked()
    {
        string signing, mac;
        TokenSet login;
        await using (var before = await StartAsync())
        {
            login = await before.RegisterAndLoginAsync();
            await before.Get<IStorage>().BackupAsync(Path.Combine(_saved.FullName, "handstamp.db"), default);
            var keys = before.Get<KeyRingService>();
            (signing, mac) = (keys.Ring.SigningKey(before.Clock.Now()).KeyId, $"mac-{keys.Ring.MacKey(before.Clock.Now()).Id}");
            Assert.True(await keys.RevokeAsync(signing, default));
            Assert.True(await keys.RevokeAsync(mac, default));
        }

        PutBack();
        await using var after = await StartAsync();

        var ring = after.Get<KeyRingService>().Ring;
        Assert.Null(ring.PublicKeys.Find(signing));
        Assert.All(ring.Stored.Keys.Where(key => key.Id == signing || key.Id == mac), key => Assert.NotNull(key.RevokedAt));
        Assert.Equal("refresh_token_invalid", (await ProblemAnswer.ReadAsync(await after.RefreshAsync(login.RefreshToken!))).Code);
        Assert.NotEmpty(after.Logs.Of(1002));
        await after.LoginAsync();
    }

    [Fact]
    public async Task A_new_mac_key_with_the_number_of_a_revoked_one_is_a_different_key()
    {
        await using (var before = await StartAsync())
        {
            await before.Get<IStorage>().BackupAsync(Path.Combine(_saved.FullName, "handstamp.db"), default);
            Assert.True(await before.Get<KeyRingService>().RevokeAsync("mac-1", default));
            Assert.True(await before.Get<KeyRingService>().RevokeAsync("mac-2", default));
        }
        PutBack();

        await using (var after = await HandstampApp.StartAsync(directory: _directory.FullName, clock: Later()))
            Assert.Equal(2, after.Get<KeyRingService>().Ring.MacKey(after.Clock.Now()).Id);
        await using var again = await HandstampApp.StartAsync(directory: _directory.FullName, clock: Later());
        Assert.Equal(2, again.Get<KeyRingService>().Ring.MacKey(again.Clock.Now()).Id);

        static Microsoft.Extensions.Time.Testing.FakeTimeProvider Later() => new(new DateTimeOffset(2026, 1, 2, 4, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_connected_node_revokes_a_revoked_key_that_comes_back_and_never_publishes_it()
    {
        await using var app = await StartAsync();
        var (keys, store) = (app.Get<KeyRingService>(), app.Get<IKeyStore>());
        var ring = keys.Ring.Stored;
        var revoked = ring.Keys.Single(key => key.Purpose == KeyPurpose.Sign);
        Assert.True(await keys.RevokeAsync(revoked.Id, default));
        Assert.True(await store.TryWriteAsync(keys.Ring.Stored.Version, [revoked], []));

        await keys.RefreshAsync(default);

        Assert.Null(keys.Ring.PublicKeys.Find(revoked.Id));
        Assert.NotNull((await store.ReadAsync(default)).Keys.Single(key => key.Id == revoked.Id).RevokedAt);
    }
}
