using Handstamp.Server.Audit;
using Handstamp.Server.Keys;

namespace Handstamp.Storage.Tests.Keys;

public abstract class KeyStoreContract<TEngine> : StoreContract<TEngine> where TEngine : EngineUnderTest, new()
{
    [Fact]
    public async Task A_new_ring_is_empty()
    {
        Assert.Empty((await Keys.ReadAsync(Cancel)).Keys);
        Assert.Equal(await Keys.ReadVersionAsync(Cancel), (await Keys.ReadAsync(Cancel)).Version);
    }

    [Fact]
    public async Task Keys_are_read_exactly_as_they_were_written_and_the_version_is_one_higher()
    {
        var version = await Keys.ReadVersionAsync(Cancel);
        var revoked = Given.SigningKey("b") with { RevokedAt = Given.Now };
        StoredKey[] keys = [Given.MacKey(1), revoked, Given.SigningKey("c")];

        Assert.True(await Keys.TryWriteAsync(version, keys, []));

        var ring = await Keys.ReadAsync(Cancel);
        Assert.Equal(version + 1, ring.Version);
        Assert.Equal(version + 1, await Keys.ReadVersionAsync(Cancel));
        Assert.Equivalent(keys, ring.Keys, strict: true);
    }

    [Fact]
    public async Task A_key_with_a_known_id_replaces_the_old_one()
    {
        await WriteAsync(Given.SigningKey("a"), Given.SigningKey("b"));
        var replacement = Given.SigningKey("a") with { Sealed = [9], ActiveUntil = Given.Now };

        await WriteAsync(replacement);

        var keys = (await Keys.ReadAsync(Cancel)).Keys;
        Assert.Equal(2, keys.Count);
        Assert.Equivalent(replacement, keys.Single(key => key.Id == "a"), strict: true);
    }

    [Fact]
    public async Task A_write_deletes_the_keys_that_it_names()
    {
        await WriteAsync(Given.SigningKey("a"), Given.SigningKey("b"));

        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), [Given.SigningKey("c")], ["a", "?"]));

        Assert.Equal(["b", "c"], (await Keys.ReadAsync(Cancel)).Keys.Select(key => key.Id).Order());
    }

    [Fact]
    public async Task A_write_on_an_older_version_changes_nothing()
    {
        await WriteAsync(Given.SigningKey("a"));
        var ring = await Keys.ReadAsync(Cancel);

        Assert.False(await Keys.TryWriteAsync(ring.Version - 1, [Given.SigningKey("b")], ["a"]));
        Assert.False(await Keys.TryWriteAsync(ring.Version + 1, [Given.SigningKey("b")], ["a"]));

        Assert.Equivalent(ring, await Keys.ReadAsync(Cancel), strict: true);
    }

    [Fact]
    public async Task Only_one_of_two_nodes_that_rotate_at_once_succeeds()
    {
        var version = await Keys.ReadVersionAsync(Cancel);

        var written = await InParallelAsync(16, node => Keys.TryWriteAsync(version, [Given.SigningKey($"{node}")], []));

        Assert.Single(written, true);
        Assert.Single((await Keys.ReadAsync(Cancel)).Keys);
    }

    [Fact]
    public async Task A_revoked_signing_key_is_on_the_feed_and_ends_no_session()
    {
        await WriteAsync(Given.SigningKey("a"), Given.SigningKey("b"));
        var session = await StoredSessionAsync();
        var version = await Keys.ReadVersionAsync(Cancel);

        Assert.True(await Keys.RevokeAsync("a", Given.Now));

        var ring = await Keys.ReadAsync(Cancel);
        Assert.Equal(version + 1, ring.Version);
        Assert.Equal(Given.Now, ring.Keys.Single(key => key.Id == "a").RevokedAt);
        Assert.Null(ring.Keys.Single(key => key.Id == "b").RevokedAt);
        var entry = Assert.Single(await ReadFeedAsync());
        Assert.Equal(("a", EndReason.KeyRevoked, Given.Now), (entry.KeyId, entry.Reason, entry.At));
        Assert.Null(entry.SessionId);
        Assert.True(await IsAliveAsync(session));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("revoked")]
    [InlineData("expired")]
    public async Task A_key_that_is_not_alive_is_not_revoked(string id)
    {
        await WriteAsync(
            Given.SigningKey("revoked") with { RevokedAt = Given.Now },
            Given.SigningKey("expired") with { ExpiresAt = Given.Now });
        var ring = await Keys.ReadAsync(Cancel);

        Assert.False(await Keys.RevokeAsync(id, Given.Now));

        Assert.Equivalent(ring, await Keys.ReadAsync(Cancel), strict: true);
        Assert.Empty(await ReadFeedAsync());
    }

    async Task WriteAsync(params StoredKey[] keys) =>
        Assert.True(await Keys.TryWriteAsync(await Keys.ReadVersionAsync(Cancel), keys, []));
}
