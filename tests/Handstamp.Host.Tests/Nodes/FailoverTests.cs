using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Threading.Channels;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>
/// A primary dies with commits that its asynchronous standby has not received, and the standby takes over. The servers
/// are real; a node has the addresses of both, and a follower follows its feed.
/// </summary>
public sealed class FailoverTests : IAsyncLifetime
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    PostgresServer _primary = null!;
    PostgresServer _standby = null!;
    HandstampNodes _nodes = null!;

    public async ValueTask InitializeAsync()
    {
        _primary = await PostgresServer.StartAsync();
        await _primary.CreateDatabaseAsync();
        _standby = await _primary.AddStandbyAsync();
        var both = new NpgsqlConnectionStringBuilder(_primary.ConnectionString("test_1"))
        {
            Host = $"127.0.0.1:{_primary.Port},127.0.0.1:{_standby.Port}",
            TargetSessionAttributes = "primary",
        };
        _nodes = await HandstampNodes.StartAsync(both.ConnectionString, 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    [Fact]
    public async Task A_follower_that_stays_misses_nothing_that_the_promoted_database_knows()
    {
        using var client = _nodes.Client(0);
        var known = await client.JoinAsync("ada@example.com");
        var (lost, next) = (await client.LoginAsync("ada@example.com"), await client.LoginAsync("ada@example.com"));
        using var follower = new Follower(_nodes.Processes[0].Address);
        await client.LogOutAsync(known.AccessToken);
        var before = await follower.UntilAsync(known.SessionId);
        await CutStandbyAsync();
        await client.LogOutAsync(lost.AccessToken);
        var last = await follower.UntilAsync(lost.SessionId);

        await _primary.KillAsync();
        await PromoteAsync();

        // All known entries come again, in a new epoch, although the follower has a later number than the log.
        var again = await follower.UntilAsync(known.SessionId);
        Assert.Equal(RevocationFeed.NumberOf(before), RevocationFeed.NumberOf(again));
        Assert.NotEqual(RevocationFeed.EpochOf(last), RevocationFeed.EpochOf(again));
        await AwaitReadyAsync(client);
        await client.LogOutAsync(next.AccessToken);
        var after = await follower.UntilAsync(next.SessionId);
        Assert.Equal(RevocationFeed.EpochOf(again), RevocationFeed.EpochOf(after));

        // Entries that the standby never had cannot be sent, but the service says that something is missing.
        var (_, health) = await client.GetAsync("health/ready");
        Assert.True(health.TryGetProperty("database_went_back_at", out _));
        Assert.Equal(200, (await client.RefreshAsync(lost.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_node_that_starts_on_the_promoted_database_begins_an_epoch_although_the_log_has_grown_past_its_end()
    {
        using var client = _nodes.Client(0);
        var known = await client.JoinAsync("ada@example.com");
        var lost = await client.LoginAsync("ada@example.com");
        LoggedIn[] later = [await client.LoginAsync("ada@example.com"), await client.LoginAsync("ada@example.com")];
        await client.LogOutAsync(known.AccessToken);
        await CutStandbyAsync();
        await client.LogOutAsync(lost.AccessToken);
        var seen = (await RevocationFeed.ReadAsync(_nodes.Processes[0].Address))[^1];
        await _nodes.Processes[0].KillAsync();
        await _primary.KillAsync();
        await PromoteAsync();
        // Like a node that has not looked yet.
        foreach (var session in later)
            await RunAsync(_standby, "test_1", $"UPDATE sessions SET revoked_at = idle_expires_at - 1, revoke_reason = 1 WHERE id = '{session.SessionId}'");

        await _nodes.RestartAsync(0);

        using var follower = new Follower(_nodes.Processes[0].Address, seen);
        foreach (var session in (LoggedIn[])[known, .. later])
            Assert.NotEqual(RevocationFeed.EpochOf(seen), RevocationFeed.EpochOf(await follower.UntilAsync(session.SessionId)));
    }

    /// <summary>The standby has everything until now, and receives nothing from now on.</summary>
    async Task CutStandbyAsync()
    {
        var end = (string)(await AskAsync(_primary, "postgres", "SELECT pg_current_wal_lsn()::text"))!;
        await Eventually.TrueAsync(
            async () => await AskAsync(_standby, "postgres", $"SELECT pg_last_wal_replay_lsn() >= '{end}'") is true,
            "the standby has everything until now");
        await RunAsync(_standby, "postgres", "ALTER SYSTEM SET primary_conninfo = ''");
        await RunAsync(_standby, "postgres", "SELECT pg_reload_conf()");
        await Eventually.TrueAsync(
            async () => await AskAsync(_standby, "postgres", "SELECT count(*) FROM pg_stat_wal_receiver") is 0L,
            "the standby is cut off");
    }

    Task PromoteAsync() => RunAsync(_standby, "postgres", "SELECT pg_promote(wait => true)");

    static Task AwaitReadyAsync(HandstampClient client) =>
        Eventually.TrueAsync(async () => (await client.GetAsync("health/ready")).Status == 200, "the node is ready");

    static async Task RunAsync(PostgresServer server, string database, string sql) => await AskAsync(server, database, sql);

    static async Task<object?> AskAsync(PostgresServer server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database));
        await connection.OpenAsync(Cancel);
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancel);
    }

    /// <summary>Follows as an API does: it reconnects after a break, with its last id.</summary>
    sealed class Follower : IDisposable
    {
        readonly Channel<(Guid Session, string Id)> _told = Channel.CreateUnbounded<(Guid, string)>();
        readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        readonly HttpClient _http;
        string? _lastId;

        public Follower(Uri service, string? lastId = null)
        {
            (_http, _lastId) = (new HttpClient { BaseAddress = service }, lastId);
            _ = FollowAsync();
        }

        /// <summary>The id of the event for the session's end.</summary>
        public async Task<string> UntilAsync(Guid session)
        {
            string? id = null;
            await Eventually.TrueAsync(() =>
            {
                while (id is null && _told.Reader.TryRead(out var told)) id = told.Session == session ? told.Id : null;
                return id is not null;
            }, $"the follower receives the end of {session}");
            return id!;
        }

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
            _http.Dispose();
        }

        async Task FollowAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await ReadAsync();
                }
                catch (Exception fault) when (fault is HttpRequestException or IOException)
                {
                    await Task.Delay(50, _stop.Token);
                }
            }
        }

        async Task ReadAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "revocations");
            if (_lastId is not null) request.Headers.Add("Last-Event-ID", _lastId);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            answer.EnsureSuccessStatusCode();
            await using var line = await answer.Content.ReadAsStreamAsync(_stop.Token);
            await foreach (var told in SseParser.Create(line).EnumerateAsync(_stop.Token))
            {
                if (told.EventType == "heartbeat") continue;
                _lastId = told.EventId;
                _told.Writer.TryWrite((SessionIn(told.Data), told.EventId!));
            }
        }

        static Guid SessionIn(string jwt)
        {
            using var json = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(jwt.Split('.')[1]));
            return json.RootElement.GetProperty("sub_id").GetProperty("session").GetProperty("id").GetGuid();
        }
    }
}
