using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Keys;

/// <summary>The keys that stay revoked, whatever the database says later.</summary>
public sealed class RevokedKeysTests : IDisposable
{
    static readonly DateTimeOffset Created = DateTimeOffset.UnixEpoch.AddSeconds(1);

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("handstamp-test-");
    readonly LogLines _logs = new();
    readonly LoggerFactory _loggers;

    public RevokedKeysTests() => _loggers = new LoggerFactory([_logs]);

    string FilePath => Path.Combine(_directory.FullName, "keys.revoked");

    public void Dispose()
    {
        _loggers.Dispose();
        _logs.Dispose();
        _directory.Delete(recursive: true);
    }

    RevokedKeys NewProcess() => new(Options.Create(new StorageOptions { DataDirectory = _directory.FullName }), _loggers.CreateLogger<RevokedKeys>());

    static StoredKey Key(string id, bool isRevoked = false, DateTimeOffset? created = null) => new()
    {
        Id = id,
        Purpose = KeyPurpose.Mac,
        Algorithm = "HS256",
        Sealed = [],
        CreatedAt = created ?? Created,
        ActiveFrom = Created,
        ActiveUntil = Created,
        ExpiresAt = Created,
        RevokedAt = isRevoked ? Created : null,
    };

    [Fact]
    public void A_revoked_key_that_is_valid_again_is_found_by_this_process_and_the_next()
    {
        var process = NewProcess();
        Assert.Empty(process.Compare([Key("mac-1", isRevoked: true), Key("mac-2")]));

        foreach (var one in new[] { process, NewProcess() })
            Assert.Equal(["mac-1"], one.Compare([Key("mac-1"), Key("mac-2")]).Select(key => key.Id));
    }

    [Fact]
    public void Another_key_of_the_same_name_is_not_revoked()
    {
        var process = NewProcess();
        process.Compare([Key("mac-1", isRevoked: true)]);

        Assert.Empty(process.Compare([Key("mac-1", created: Created.AddMilliseconds(1))]));
    }

    [Fact]
    public void The_file_has_a_line_for_each_key_in_order_and_only_its_owner_can_read_it()
    {
        NewProcess().Compare([Key("mac-3", isRevoked: true), Key("mac-2"), Key("mac-1", isRevoked: true)]);

        Assert.Equal("mac-1 1000\nmac-3 1000\n", File.ReadAllText(FilePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void What_another_process_has_added_stays()
    {
        var (one, other) = (NewProcess(), NewProcess());
        one.Compare([]);
        other.Compare([Key("mac-1", isRevoked: true)]);

        one.Compare([Key("mac-2", isRevoked: true)]);

        Assert.Equal("mac-1 1000\nmac-2 1000\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public void The_file_is_written_only_when_a_key_is_new()
    {
        var process = NewProcess();
        process.Compare([Key("mac-1")]);
        Assert.False(File.Exists(FilePath));

        process.Compare([Key("mac-1", isRevoked: true)]);
        File.Delete(FilePath);
        process.Compare([Key("mac-1", isRevoked: true)]);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Without_its_file_a_process_still_knows_what_it_has_seen_and_says_what_is_at_risk()
    {
        _directory.CreateSubdirectory("keys.revoked/full");
        var process = NewProcess();

        process.Compare([Key("mac-1", isRevoked: true)]);

        Assert.Equal(["mac-1"], process.Compare([Key("mac-1")]).Select(key => key.Id));
        Assert.Contains($"{FilePath} could not be read or written: a restore may bring a revoked key back", Assert.Single(_logs.Of(1003)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_comes_back_is_revoked_again_in_the_database_and_replaced()
    {
        StoredKey key;
        await using (var before = await HandstampApp.StartAsync(directory: _directory.FullName))
            key = Assert.Single(before.Get<KeyRingService>().Ring.Stored.Keys, key => key.Purpose == KeyPurpose.Sign);
        File.WriteAllText(FilePath, $"{key.Id} {key.CreatedAt.ToUnixTimeMilliseconds()}\n");

        await using var app = await HandstampApp.StartAsync(directory: _directory.FullName);

        var ring = app.Get<KeyRingService>().Ring;
        Assert.NotNull(Assert.Single((await app.Get<IKeyStore>().ReadAsync(default)).Keys, one => one.Id == key.Id).RevokedAt);
        Assert.NotEqual(key.Id, ring.SigningKey(app.Clock.GetUtcNow()).KeyId);
        Assert.Null(ring.PublicKeys.Find(key.Id));
        Assert.Contains(key.Id, Assert.Single(app.Logs.Of(1002)), StringComparison.Ordinal);
        Assert.Single(app.Logs.Of(6500), line => line.Contains("key.revoked: ", StringComparison.Ordinal) && line.Contains(key.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_comes_back_while_the_service_runs_is_not_used_until_it_is_revoked_again()
    {
        var signals = new Signals();
        await using var app = await StartAsync(signals);
        var (keys, store) = (app.Get<KeyRingService>(), (WatchedKeys)app.Get<IKeyStore>());
        var key = await ComesBackAsync(app);
        var (before, isUsed) = (signals.OfKeys, true);
        store.BeforeRevoking = () =>
        {
            isUsed = keys.Ring.PublicKeys.Find(key.Id) is not null;
            return Task.CompletedTask;
        };

        await keys.RefreshAsync(default);

        Assert.False(isUsed);
        var ring = await store.ReadAsync(default);
        Assert.NotNull(Assert.Single(ring.Keys, one => one.Id == key.Id).RevokedAt);
        Assert.Equal(ring.Version, keys.Ring.Stored.Version);
        Assert.Equal(before + 1, signals.OfKeys);
    }

    [Fact]
    public async Task A_key_that_another_process_revokes_again_first_is_reported_by_that_process_alone()
    {
        await using var app = await StartAsync(new Signals());
        var (keys, store) = (app.Get<KeyRingService>(), (WatchedKeys)app.Get<IKeyStore>());
        var key = await ComesBackAsync(app);
        store.BeforeRevoking = async () => Assert.True(await store.RevokeAsync(key.Id, app.Clock.GetUtcNow()));

        await keys.RefreshAsync(default);

        Assert.Empty(app.Logs.Of(1002));
        Assert.Null(keys.Ring.PublicKeys.Find(key.Id));
    }

    Task<HandstampApp> StartAsync(Signals signals) => HandstampApp.StartAsync(directory: _directory.FullName, services: services =>
    {
        WatchedKeys.Replace(services);
        services.AddSingleton<INodes>(signals);
    });

    /// <summary>Revokes the signing key, and makes it valid in the database again.</summary>
    static async Task<StoredKey> ComesBackAsync(HandstampApp app)
    {
        var (keys, store) = (app.Get<KeyRingService>(), app.Get<IKeyStore>());
        var key = Assert.Single(keys.Ring.Stored.Keys, key => key.Purpose == KeyPurpose.Sign);
        Assert.True(await keys.RevokeAsync(key.Id, default));
        Assert.True(await store.TryWriteAsync((await store.ReadAsync(default)).Version, [key], []));
        return key;
    }
}
