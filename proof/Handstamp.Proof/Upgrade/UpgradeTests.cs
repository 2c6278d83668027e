using Handstamp.Storage.Postgres.Engine;
using Handstamp.TestBed;
using Handstamp.TestBed.Faults;
using Handstamp.TestBed.Load;
using Handstamp.TestBed.Postgres;
using PostgresServer = Handstamp.TestBed.Postgres.PostgresServer;

namespace Handstamp.Proof.Upgrade;

/// <summary>Today's executables and tomorrow's stores on one schema, to which a column is added meanwhile.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    static readonly int OwnVersion = Migrations.Own.Scripts.Count;

    // Today's nodes insert without the column; the default is for them.
    static readonly string Expand = $"-- works with: {OwnVersion}\nALTER TABLE sessions ADD COLUMN pace smallint NOT NULL DEFAULT 1";
    static readonly string Contract = $"-- works with: {OwnVersion + 2}\nALTER TABLE sessions ALTER COLUMN pace DROP DEFAULT";

    static readonly Sql Write = new("UPDATE sessions SET pace = 7 WHERE id = @id");
    static readonly Sql ReadPace = new("SELECT pace, last FROM sessions WHERE id = @id");

    [Fact]
    public async Task Old_nodes_run_beside_new_ones_until_the_schema_contracts_and_nobody_is_logged_out()
    {
        List<Uri> addresses = [];
        await using var balancer = new Balancer(() => [.. addresses]);
        await using var today = await HandstampNodes.StartAsync(
            await (await PostgresServer.Shared).CreateDatabaseAsync(), 2, $"--Issuer={balancer.Address.GetLeftPart(UriPartial.Authority)}",
            $"--Sessions:RetryWindow={Window:c}", "--Accounts:Throttle:AccountFree=10000", "--Logging:Level=Warning");
        addresses.AddRange(today.Processes.Select(node => node.Address));
        var tally = new Tally(int.MaxValue);
        using var fleet = await Fleet.LogInAsync(addresses[0], [balancer.Address], 60, Window, seed: 1);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var clients = fleet.RunAsync(tally, over.Token);

        await using var tomorrow = await TomorrowsNode.StartAsync(today, balancer.Address, Window, [Expand]);
        addresses.Add(tomorrow.Address);
        await today.StopAsync(0);
        await today.RestartAsync(0);
        await KeepsTheColumnAsync(today, tomorrow);
        await tally.AtNextRefreshAsync(() => { });

        await today.StopAsync(0);
        await today.StopAsync(1);
        await using var contracted = await TomorrowsNode.StartAsync(today, balancer.Address, Window, [Expand, Contract]);
        addresses.Add(contracted.Address);
        await tally.AtNextRefreshAsync(() => { });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(today.AddAsync);
        await over.CancelAsync();
        await clients;

        output.WriteLine($"{tally.Refreshes} refreshes, {tally.Unanswered} without an answer, refused for now: {string.Join(", ", tally.TransientRefusals)}");
        Assert.Contains($"was changed by a newer Handstamp, with which this version cannot share it: the schema needs {OwnVersion + 2} migrations", refused.Message);
        Assert.Empty(tally.DefinitiveRefusals);
        // The quiet gap of the window. Only a client that asks again because it had no answer meets it.
        Assert.InRange(tally.TransientRefusals.GetValueOrDefault("refresh_token_superseded"), 0, tally.Unanswered);
        Assert.Empty(tally.TransientRefusals.Keys.Except(["storage_unavailable", "shutting_down", "refresh_token_superseded"]));
    }

    /// <summary>An old node makes a session, a new one writes its column, and the old one rotates it.</summary>
    static async Task KeepsTheColumnAsync(HandstampNodes today, TomorrowsNode tomorrow)
    {
        using var old = today.Client(0);
        var login = await old.JoinAsync("upgrade@example.com");
        Assert.Equal((1, 1), await ReadAsync(tomorrow, login));
        await tomorrow.Database.RunAsync(Work.WriteAgain, Write.Call().Bind("@id", login.SessionId));
        await today.AskAsync($"UPDATE sessions SET issued_at = issued_at - 3600000 WHERE id = '{login.SessionId}'");

        Assert.Equal(200, (await old.RefreshAsync(login.RefreshToken)).Status);

        Assert.Equal((7, 2), await ReadAsync(tomorrow, login));
    }

    static Task<(int Pace, int Last)> ReadAsync(TomorrowsNode node, LoggedIn login) => node.Database.FindAsync(
        Work.Read, ReadPace.Call().Bind("@id", login.SessionId), static row => (row.Int16(0), row.Int32(1)));
}
