using Handstamp.Server.Sessions.Feed;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Handstamp.Storage.Tests.Postgres;

/// <summary>The server's description of where the database is. Other suites make real restores and promotions.</summary>
public sealed class PlaceTests : PostgresTests
{
    [Fact]
    public async Task A_place_is_the_cluster_its_timeline_and_the_table()
    {
        await Revocations.TryBeginEpochAsync(read: 0, epoch: 1, wentBackAt: null);

        Assert.Matches("^[0-9]+/[0-9A-F]{8}/[0-9]+$", (string?)await Engine.AskAsync("SELECT place FROM feed"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_change_of_any_of_the_three_is_another_place(int part)
    {
        await Revocations.TryBeginEpochAsync(read: 0, epoch: 1, wentBackAt: null);
        var place = ((string)(await Engine.AskAsync("SELECT place FROM feed"))!).Split('/');
        place[part] = new string('1', place[part].Length) == place[part] ? "2" : new string('1', place[part].Length);
        await Engine.ChangeAsync($"UPDATE feed SET place = '{string.Join('/', place)}'");
        Assert.Equal(LogPlace.Other, (await Revocations.ReadHeadAsync(Cancel)).Place);

        await Revocations.TryBeginEpochAsync(read: 1, epoch: 2, wentBackAt: null);

        Assert.Equal(LogPlace.Same, (await Revocations.ReadHeadAsync(Cancel)).Place);
    }

    [Fact]
    public async Task A_node_begins_a_new_epoch_in_another_place_and_claims_no_loss()
    {
        using var directory = new TempDirectory();
        var storage = Options.Create(new StorageOptions { DataDirectory = directory.Path });
        using var node = new FeedEpoch(Revocations, storage, TimeProvider.System, NullLogger<FeedEpoch>.Instance);
        await node.OpenAsync(Cancel);
        var before = node.Position;
        await Engine.ChangeAsync("UPDATE feed SET place = 'elsewhere'");

        await node.LookAsync(Cancel);

        Assert.True(node.Position.Epoch > before.Epoch);
        Assert.Null(node.WentBackAt);
    }

    [Fact]
    public async Task Any_role_may_ask()
    {
        await using var connection = await Engine.ConnectAsync();
        await using var undone = await connection.BeginTransactionAsync(Cancel);
        var schema = await connection.AskAsync("SELECT current_schema()", Cancel);
        await connection.ExecuteAsync($"CREATE ROLE passer_by; GRANT USAGE ON SCHEMA {schema} TO passer_by; SET ROLE passer_by", Cancel);

        Assert.NotEqual("", await connection.AskAsync("SELECT database_place()", Cancel));
    }
}
