using System.Globalization;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Npgsql;
using Xunit;

namespace Handstamp.Host.Tests.Nodes;

/// <summary>A signal arrives while the database keeps a start waiting.</summary>
public sealed class InterruptedStartTests : IAsyncLifetime
{
    const string CountWaiting = """
        SELECT count(*) FROM pg_locks WHERE NOT granted
          AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())
        """;

    string _database = "";
    NpgsqlConnection _other = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        _other = new NpgsqlConnection(_database);
        await _other.OpenAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _other.DisposeAsync();

    [Theory]
    [InlineData("TERM", 0, "serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("INT", 0, "serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("TERM", 143, "migrate")]
    public async Task The_start_ends_cleanly(string signal, int exitCode, params string[] command)
    {
        // To the node, it looks as if another node makes the tables.
        await using var making = await _other.BeginTransactionAsync(Cancel);
        await RunAsync("CREATE TABLE handstamp_schema (id integer)");

        var (started, ending) = Start(command);
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(ending.IsCompleted);
            return await AskAsync(CountWaiting) is not 0L;
        }, "the start waits for the other node");
        await CommandResult.OfAsync("kill", new CommandCall([$"-{signal}", started]));

        var result = await ending;
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The process of the node, and how it ended.</summary>
    (string Process, Task<CommandResult> Ending) Start(string[] command)
    {
        var directory = new TempDirectory();
        // If a shell runs the tests in the background, their child processes ignore interrupts.
        var process = new CommandCall(["--default-signal=INT", HandstampExecutable.Path, .. command, "--data", directory.Path],
            Environment: new Dictionary<string, string>
            {
                ["HANDSTAMP_Storage__Provider"] = "postgres",
                ["HANDSTAMP_Storage__ConnectionString"] = _database,
            }).Start("env");
        return (process.Id.ToString(CultureInfo.InvariantCulture), EndAsync());

        async Task<CommandResult> EndAsync()
        {
            using (directory)
            using (process)
            {
                var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
                await process.WaitForExitAsync();
                return new CommandResult(process.ExitCode, await output, await error);
            }
        }
    }

    async Task RunAsync(string sql)
    {
#pragma warning disable CA2100 // The tests' own statements.
        await using var command = new NpgsqlCommand(sql, _other);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancel);
    }

    async Task<object?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync(Cancel);
#pragma warning disable CA2100 // The test's own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancel);
    }
}
