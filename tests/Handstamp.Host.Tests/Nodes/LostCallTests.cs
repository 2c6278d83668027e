using System.Buffers.Text;
using System.Net.ServerSentEvents;
using System.Text;
using Handstamp.TestBed;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>No call of a node reaches another node, and everything still works: the nodes check by themselves.</summary>
public sealed class LostCallTests(LostCallTests.DeafNodes three) : IClassFixture<LostCallTests.DeafNodes>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_that_ends_at_one_node_is_on_the_feeds_of_the_others()
    {
        var login = await three.Clients[0].JoinAsync(three.NewEmail());
        var feeds = await Task.WhenAll(three.Nodes.Processes.Select(FollowAsync));

        await three.Clients[0].LogOutAsync(login.AccessToken);

        foreach (var feed in feeds)
            await feed.FirstAsync(told => told.Contains($"{login.SessionId}", StringComparison.Ordinal), Cancel).AsTask().WaitAsync(Eventually.Timeout, Cancel);
        Assert.True(await three.Nodes.AskAsync("SELECT count(*) > 0 FROM lost_calls") is true);
    }

    [Fact]
    public async Task A_rotated_key_is_published_by_all_nodes()
    {
        await three.Nodes.RunAsync("keys", "rotate");

        foreach (var client in three.Clients)
            await Eventually.TrueAsync(
                async () => (await client.GetAsync(".well-known/jwks.json")).Body.GetProperty("keys").GetArrayLength() == 2,
                "each node publishes the new key");
    }

    [Fact]
    public async Task A_token_of_a_key_that_was_just_made_is_accepted_by_every_node()
    {
        var email = three.NewEmail();
        await three.Clients[0].JoinAsync(email);
        for (var round = 0; round < 5; round++)
        {
            var current = await three.Nodes.AskAsync(
                "SELECT id FROM keys WHERE purpose = 1 AND revoked_at IS NULL ORDER BY active_from DESC LIMIT 1");
            Assert.Equal(0, (await three.Nodes.RunAsync("keys", "revoke", $"{current}", "--yes")).ExitCode);

            var login = await three.Clients[round % 3].LoginAsync(email);
            foreach (var client in three.Clients)
                Assert.Equal(200, (await client.RefreshAsync(login.RefreshToken)).Status);
        }
    }

    /// <summary>The events of the feed after it is connected and has sent the earlier ones.</summary>
    static async Task<IAsyncEnumerable<string>> FollowAsync(ListeningProcess node)
    {
        var http = new HttpClient();
        var events = SseParser.Create(await http.GetStreamAsync(new Uri(node.Address, "revocations"), Cancel)).EnumerateAsync(Cancel);
        return events.Where(told => told.EventType == "session-revoked").Select(told => Payload(told.Data));
    }

    static string Payload(string jwt) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jwt.Split('.')[1]));

    /// <summary>A database whose <c>pg_notify</c> notifies nobody.</summary>
    public sealed class DeafNodes : ThreeNodes
    {
        protected override async Task PrepareAsync(string connectionString)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(Cancel);
            await using var command = new NpgsqlCommand("""
                CREATE TABLE lost_calls (call text);
                CREATE FUNCTION pg_notify(text, text) RETURNS void LANGUAGE sql AS 'INSERT INTO lost_calls VALUES ($2)';
                """, connection);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        // This schema comes before the system's schema.
        protected override string ConnectionString(string connectionString) => $"{connectionString};Search Path=public,pg_catalog";
    }
}
