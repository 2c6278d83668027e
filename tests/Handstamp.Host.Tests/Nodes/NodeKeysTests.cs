using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>The nodes share one ring of keys, and a key that is due is made only once.</summary>
public sealed class NodeKeysTests : IAsyncLifetime
{
    const string Count = "SELECT count(*) FILTER (WHERE purpose = 0) || ' sign, ' || count(*) FILTER (WHERE purpose = 1) || ' mac' FROM keys";

    readonly ThreeNodes _three = new();

    HandstampNodes Nodes => _three.Nodes;

    public ValueTask InitializeAsync() => _three.InitializeAsync();

    public ValueTask DisposeAsync() => _three.DisposeAsync();

    [Fact]
    public async Task Nodes_that_start_at_once_on_an_empty_database_make_one_ring()
    {
        Assert.Equal("1 sign, 1 mac", await Nodes.AskAsync(Count));
        var login = await _three.Clients[0].JoinAsync(_three.NewEmail());
        foreach (var client in _three.Clients)
            Assert.Equal(200, (await client.GetAsync("me", login.AccessToken)).Status);
    }

    [Fact]
    public async Task A_rotation_that_is_due_on_all_nodes_at_the_same_moment_is_done_once()
    {
        var version = (long)(await Nodes.AskAsync("SELECT version FROM key_ring"))!;

        // Both keys expire within the time of their announcement, and all nodes see that when they read the new version.
        await Nodes.AskAsync("""
            UPDATE keys SET active_until = extract(epoch FROM now()) * 1000 + 3600000;
            UPDATE key_ring SET version = version + 1
            """);

        await AwaitPublishedAsync(keys => keys.Count == 2);
        Assert.Equal("2 sign, 2 mac", await Nodes.AskAsync(Count));
        Assert.Equal(version + 2, await Nodes.AskAsync("SELECT version FROM key_ring"));
    }

    [Fact]
    public async Task A_rotation_or_revocation_by_an_operator_applies_to_all_nodes()
    {
        var first = Assert.Single(await PublishedAsync(_three.Clients[0]));
        var login = await _three.Clients[0].JoinAsync(_three.NewEmail());

        var rotated = await Nodes.RunAsync("keys", "rotate");
        Assert.Equal((0, ""), (rotated.ExitCode, rotated.Error));
        await AwaitPublishedAsync(keys => keys.Count == 2 && keys.Contains(first));

        var revoked = await Nodes.RunAsync("keys", "revoke", first, "--yes");
        Assert.Equal((0, ""), (revoked.ExitCode, revoked.Error));
        await AwaitPublishedAsync(keys => !keys.Contains(first));
        foreach (var client in _three.Clients)
            Assert.Equal(401, (await client.GetAsync("me", login.AccessToken)).Status);
    }

    [Fact]
    public async Task The_operator_is_told_that_no_id_is_left_for_another_MAC_key()
    {
        await TakeIdsAsync(2, 240);
        var rotated = await Nodes.RunAsync("keys", "rotate", "mac");
        Assert.Equal((1, ""), (rotated.ExitCode, rotated.Output));
        Assert.StartsWith("The key ring has no free id for another MAC key. Of its 256 ids", rotated.Error, StringComparison.Ordinal);

        await TakeIdsAsync(241, 255);
        await TakeIdsAsync(0, 0);
        var revoked = await Nodes.RunAsync("keys", "revoke", "mac-1", "--yes");
        Assert.Equal((1, ""), (revoked.ExitCode, revoked.Output));
        Assert.StartsWith("Cannot revoke mac-1: it is the only live MAC key", revoked.Error, StringComparison.Ordinal);
        await _three.Clients[0].JoinAsync(_three.NewEmail());
    }

    /// <summary>The ids are taken by keys that were revoked.</summary>
    Task TakeIdsAsync(int first, int last) => Nodes.AskAsync($"""
        INSERT INTO keys (id, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, revoked_at)
          SELECT 'mac-' || id.n, purpose, algorithm, sealed, created_at, active_from, active_until, expires_at, created_at
          FROM keys, generate_series({first}, {last}) AS id (n) WHERE id = 'mac-1';
        UPDATE key_ring SET version = version + 1
        """);

    // Each node reads the ring itself.
    async Task AwaitPublishedAsync(Func<IReadOnlyList<string>, bool> expected)
    {
        foreach (var client in _three.Clients)
            await Eventually.TrueAsync(async () => expected(await PublishedAsync(client)), "each node publishes the keys");
    }

    static async Task<IReadOnlyList<string>> PublishedAsync(HandstampClient client)
    {
        var (_, keys) = await client.GetAsync(".well-known/jwks.json");
        return [.. keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}
