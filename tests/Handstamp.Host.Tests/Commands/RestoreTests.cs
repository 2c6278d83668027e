using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests.Commands;

/// <summary>A backup that is restored as docs/guide/operating.md says, with later changes lost.</summary>
public sealed class RestoreTests : IDisposable
{
    const string Ada = "ada@example.com";

    readonly Installation _here = new();

    [Fact]
    public async Task An_emergency_revocation_holds_and_followers_get_later_events()
    {
        string revoked, seen;
        await using (var before = await _here.ServeAsync())
        {
            using var client = new HandstampClient(before.Address);
            await client.LogOutAsync((await client.JoinAsync(Ada)).AccessToken);
            await _here.AskAsync("backup", _here.File("copy"));
            revoked = Assert.Single(await PublishedAsync(client));
            await _here.AskAsync("keys", "revoke", revoked, "--yes");
            // Until the service knows of the revocation, it signs with the revoked key.
            await Eventually.TrueAsync(async () => !(await PublishedAsync(client)).Contains(revoked), "the service withdraws the key");
            await client.LogOutAsync((await client.LoginAsync(Ada)).AccessToken);
            seen = (await RevocationFeed.ReadAsync(before.Address))[^1];
            await before.StopAsync();
        }

        File.Move(_here.File("copy"), _here.File("handstamp.db"), overwrite: true);
        foreach (var part in (string[])["handstamp.db-wal", "handstamp.db-shm"]) File.Delete(_here.File(part));

        await using var after = await _here.ServeAsync();
        using var restored = new HandstampClient(after.Address);
        Assert.DoesNotContain(revoked, await PublishedAsync(restored));
        await restored.LogOutAsync((await restored.LoginAsync(Ada)).AccessToken);
        // The first end, from before the backup; the key, revoked again; the second end.
        var ids = await RevocationFeed.ReadAsync(after.Address, seen);
        Assert.Equal([1, 2, 3], ids.Select(RevocationFeed.NumberOf));
        Assert.NotEqual(RevocationFeed.EpochOf(seen), RevocationFeed.EpochOf(ids[0]));
        var (_, health) = await restored.GetAsync("health/ready");
        Assert.True(health.TryGetProperty("database_went_back_at", out _));

        await after.StopAsync();
        Assert.Contains(after.Output, line => line.Contains("The database has gone back in time", StringComparison.Ordinal));
        Assert.Contains(after.Output, line => line.Contains($"The key {revoked} was revoked", StringComparison.Ordinal));
    }

    public void Dispose() => _here.Dispose();

    static async Task<IReadOnlyList<string>> PublishedAsync(HandstampClient client)
    {
        var (_, keys) = await client.GetAsync(".well-known/jwks.json");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}
