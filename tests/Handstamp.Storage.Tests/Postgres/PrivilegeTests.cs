using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>The effect of other users' rights in the database, and what the service's own rights allow.</summary>
public sealed class PrivilegeTests : PostgresTests
{
    [Fact]
    public async Task Each_function_looks_for_its_tables_only_in_its_own_schema() => Assert.Equal(
        await AskAsync<string>("SELECT 'search_path=pg_catalog, ' || current_schema() || ', pg_temp'"),
        await AskAsync<string>("""
            SELECT DISTINCT coalesce(array_to_string(proconfig, ';'), proname::text)
            FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
            """));

    [Theory]
    [InlineData("CREATE SCHEMA {0}_evil; CREATE TABLE {0}_evil.revocations (LIKE {0}.revocations)")]
    [InlineData("CREATE TEMPORARY TABLE revocations (LIKE {0}.revocations)")]
    [InlineData("CREATE SCHEMA {0}_evil; CREATE SEQUENCE {0}_evil.revocations_sequence START 99")]
    public async Task Objects_of_others_in_the_search_path_do_not_divert_the_end_of_a_session(string make)
    {
        var session = await StoredSessionAsync();
        var schema = await AskAsync<string>("SELECT current_schema()::text");

        await Engine.AskAsync($"""
            {string.Format(System.Globalization.CultureInfo.InvariantCulture, make, schema)};
            SET search_path = {schema}_evil, {schema};
            UPDATE {schema}.sessions SET revoked_at = 1, revoke_reason = {(int)EndReason.Logout} WHERE id = '{session.Id}';
            DROP SCHEMA IF EXISTS {schema}_evil CASCADE
            """);

        Assert.Equal((1L, session.Id), (await AskAsync<long>("SELECT sequence FROM revocations"), await AskAsync<Guid>("SELECT session_id FROM revocations")));
    }

    [Fact]
    public async Task A_user_who_may_not_change_the_schema_can_start_only_if_it_is_up_to_date()
    {
        await using var granted = new GrantedEngine();
        await granted.OpenAsync();

        await granted.AskAsync("UPDATE handstamp_schema SET version = version - 1");
        await using var node = granted.Another("Username=granted");
        var refusal = await Assert.ThrowsAsync<StorageStartException>(node.OpenAsync);

        Assert.Contains("is out of date, and this user may not update it: permission denied", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("`handstamp migrate`", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_grant_is_named()
    {
        await using var granted = new GrantedEngine();
        await granted.OpenAsync();

        await granted.AskAsync("REVOKE SELECT ON handstamp_schema FROM granted");
        await using var node = granted.Another("Username=granted");
        var refusal = await Assert.ThrowsAsync<StorageStartException>(node.OpenAsync);

        Assert.Contains("may not use its tables: permission denied for table handstamp_schema", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("feed")]
    [InlineData("revocations")]
    public async Task A_grant_that_is_missing_after_the_opening_is_named(string table)
    {
        await using var granted = new GrantedEngine();
        await granted.OpenAsync();
        await granted.AskAsync($"REVOKE ALL ON {table} FROM granted");
        await using var node = granted.Another("Username=granted");
        await node.OpenAsync();
        using var directory = new TempDirectory();
        var storage = Options.Create(new StorageOptions { DataDirectory = directory.Path });
        using var feed = new FeedEpoch(node.Revocations, storage, TimeProvider.System, NullLogger<FeedEpoch>.Instance);

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => feed.OpenAsync(Cancel));

        Assert.Contains($"may not use its tables: permission denied for table {table}", refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.MayPass);
    }

    [Fact]
    public async Task A_grant_that_is_revoked_while_the_service_runs_is_named()
    {
        await using var granted = new GrantedEngine();
        await granted.OpenAsync();
        var session = (await StoreAsync(granted, 1))[0];

        await granted.AskAsync("REVOKE UPDATE ON sessions FROM granted");
        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => granted.Sessions.TryRotateAsync(Given.Rotation(session)));

        Assert.Contains("may not use its tables: permission denied for table sessions", refusal.Message, StringComparison.Ordinal);
    }
}
