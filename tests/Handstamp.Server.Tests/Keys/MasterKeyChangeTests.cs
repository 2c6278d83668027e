using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The ring under another master key, at each moment of the change.</summary>
public sealed class MasterKeyChangeTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");

    string FilePath => Path.Combine(_directory.FullName, "master.key");

    string NextPath => FilePath + ".new";

    public void Dispose() => _directory.Delete(recursive: true);

    Task<HandstampApp> StartAsync(Dictionary<string, string?>? settings = null) =>
        HandstampApp.StartAsync(settings, _directory.FullName);

    static async Task ChangeAsync(HandstampApp app, MasterKey? given = null)
    {
        var sealedUnder = await app.Get<MasterKeyChange>().RunAsync(given, default);
        if (given is null) sealedUnder.Dispose();
    }

    static async Task<StoredKeys> ReadAsync(HandstampApp app) => await app.Get<IKeyStore>().ReadAsync(default);

    [Fact]
    public async Task Sessions_continue_before_and_after_the_restart_and_the_old_key_opens_nothing()
    {
        TokenSet login;
        string old;
        await using (var app = await StartAsync())
        {
            login = await app.RegisterAndLoginAsync();
            old = await File.ReadAllTextAsync(FilePath);

            await ChangeAsync(app);

            await app.Get<KeyRingService>().RefreshAsync(default);
            Assert.Equal(login.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
        }
        Assert.False(File.Exists(NextPath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));

        await using (var app = await StartAsync())
            Assert.Equal(login.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
        await File.WriteAllTextAsync(FilePath, old);
        await Assert.ThrowsAsync<StorageStartException>(() => StartAsync());
    }

    [Fact]
    public async Task A_running_node_continues_makes_no_key_and_applies_revocations()
    {
        await using var app = await StartAsync();
        var (keys, store) = (app.Get<KeyRingService>(), app.Get<IKeyStore>());
        var signing = keys.Ring.SigningKey(app.Clock.Now()).KeyId;
        Assert.Empty(app.Logs.Of(1004));
        await ChangeAsync(app);
        await keys.RefreshAsync(default);
        Assert.True(keys.Ring.IsSealedElsewhere);
        Assert.NotEmpty(app.Logs.Of(1004));

        app.Jump(TimeSpan.FromDays(89));
        await keys.RenewAsync(default);
        Assert.Equal(3, keys.Ring.Stored.Keys.Count);
        Assert.Equal(signing, keys.Ring.SigningKey(app.Clock.Now()).KeyId);

        Assert.True(await store.RevokeAsync(signing, app.Clock.Now()));
        await keys.RefreshAsync(default);
        Assert.Null(keys.Ring.PublicKeys.Find(signing));
    }

    [Fact]
    public async Task A_node_that_was_not_restarted_reports_that_it_lacks_a_restarted_nodes_key()
    {
        await using var app = await StartAsync();
        var (keys, store) = (app.Get<KeyRingService>(), app.Get<IKeyStore>());
        await ChangeAsync(app);
        using var next = MasterKeySource.Read(FilePath);
        var ring = await ReadAsync(app);
        var made = KeyFactory.Create(KeyPurpose.Mac, ring.Keys, next, app.Clock.Now().AddDays(1), app.Clock.Now(), new KeyOptions());
        Assert.True(await store.TryWriteAsync(ring.Version, [made], []));

        await keys.RefreshAsync(default);

        Assert.Equal(["mac-2"], keys.Ring.Unopened.Select(key => key.Id));
        Assert.NotNull(keys.Ring.FindMacKey(1));
        // The token may be good, so nobody is logged out.
        var token = RefreshToken.Create(new MacKey(2, new byte[MacKey.SecretSize]), Guid.NewGuid(), 1).Encode();
        var refused = await ProblemAnswer.ReadAsync(await app.RefreshAsync(token));
        Assert.Equal(("storage_unavailable", false), (refused.Code, refused.Definitive));
        Assert.NotEmpty(app.Logs.Of(1005));
    }

    [Fact]
    public async Task A_change_that_stops_before_its_write_leaves_the_old_key_in_force()
    {
        await using (var app = await StartAsync()) await app.RegisterAsync();
        var old = await File.ReadAllTextAsync(FilePath);
        using var next = MasterKey.Create();
        await File.WriteAllTextAsync(NextPath, next.Reveal());

        await using (var app = await StartAsync())
        {
            Assert.Equal(old, await File.ReadAllTextAsync(FilePath));
            // The next change continues with this key: another process may be about to use it.
            await ChangeAsync(app);
            Assert.True(KeyRing.Opens(await ReadAsync(app), next));
        }
        Assert.False(File.Exists(NextPath));
        await using var after = await StartAsync();
        await after.LoginAsync();
    }

    [Fact]
    public async Task A_change_that_stops_after_its_write_is_completed_by_the_next_start()
    {
        TokenSet login;
        using var next = MasterKey.Create();
        await using (var app = await StartAsync())
        {
            login = await app.RegisterAndLoginAsync();
            await SealAsync(app, next);
        }
        await File.WriteAllTextAsync(NextPath, next.Reveal());

        await using (var app = await StartAsync())
            Assert.Equal(login.RefreshToken, (await app.RefreshedAsync(login.RefreshToken!)).RefreshToken);
        Assert.False(File.Exists(NextPath));
        Assert.Equal(next.Reveal(), await File.ReadAllTextAsync(FilePath));
    }

    [Fact]
    public async Task A_change_that_stops_after_its_write_is_completed_by_the_same_command()
    {
        await using var app = await StartAsync();
        using var next = MasterKey.Create();
        await SealAsync(app, next);
        await File.WriteAllTextAsync(NextPath, next.Reveal());
        var version = (await ReadAsync(app)).Version;

        await ChangeAsync(app);

        Assert.Equal((next.Reveal(), version), (await File.ReadAllTextAsync(FilePath), (await ReadAsync(app)).Version));
    }

    [Fact]
    public async Task A_key_that_another_node_makes_meanwhile_is_encrypted_under_the_new_key_too()
    {
        await using var app = await HandstampApp.StartAsync(directory: _directory.FullName, services: WatchedKeys.Replace);
        ((WatchedKeys)app.Get<IKeyStore>()).AfterReading = () => OtherNode.MakeKeysAsync(app);

        await ChangeAsync(app);

        var ring = await ReadAsync(app);
        using var next = MasterKeySource.Read(FilePath);
        Assert.True(KeyRing.Opens(ring, next));
        Assert.Equal(2, ring.Keys.Count(key => key.Purpose == KeyPurpose.Mac));
        Assert.Single(app.Logs.Of(6500), line => line.Contains("key.rewrapped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_other_than_that_of_an_incomplete_change_is_refused()
    {
        await using var app = await StartAsync();
        using var waiting = MasterKey.Create();
        using var given = MasterKey.Create();
        await File.WriteAllTextAsync(NextPath, waiting.Reveal());

        var refusal = await Assert.ThrowsAsync<StorageStartException>(() => ChangeAsync(app, given));

        Assert.Contains("without --new-key", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(waiting.Reveal(), await File.ReadAllTextAsync(NextPath));
    }

    [Fact]
    public async Task An_external_key_needs_an_external_new_one_and_the_change_can_be_repeated()
    {
        using var old = MasterKey.Create();
        using var next = MasterKey.Create();
        TokenSet login;
        await using (var app = await StartAsync(new() { ["Keys:MasterKey"] = old.Reveal() }))
        {
            login = await app.RegisterAndLoginAsync();
            var refusal = await Assert.ThrowsAsync<StorageStartException>(() => ChangeAsync(app));
            Assert.Contains("--new-key", refusal.Message, StringComparison.Ordinal);

            await ChangeAsync(app, next);
            var version = (await ReadAsync(app)).Version;
            await ChangeAsync(app, next);
            Assert.Equal(version, (await ReadAsync(app)).Version);
        }
        Assert.False(File.Exists(FilePath));

        await using var after = await StartAsync(new() { ["Keys:MasterKey"] = next.Reveal() });
        Assert.Equal(login.RefreshToken, (await after.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task A_master_key_that_others_can_read_is_made_private_and_reported()
    {
        await using (var app = await StartAsync()) await app.RegisterAsync();
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await using var after = await StartAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.NotEmpty(after.Logs.Of(1006));
    }

    /// <summary>The one write of the change.</summary>
    static async Task SealAsync(HandstampApp app, MasterKey next)
    {
        var ring = await ReadAsync(app);
        using var current = app.Get<MasterKeySource>().Get(ring);
        Assert.True(await app.Get<IKeyStore>().TryWriteAsync(
            ring.Version, [.. ring.Keys.Select(key => KeyRing.Rewrap(key, current, next))], []));
    }
}
