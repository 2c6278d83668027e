using System.Data.Common;
using Handstamp.Server.Sessions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Handstamp.Storage.Tests.EntityFramework;

/// <summary>What a refresh asks of the database: what Identity reads of a user, and one read and one write for the session.</summary>
public sealed class RefreshCostTests
{
    [Fact]
    public async Task A_refresh_is_one_read_and_one_conditional_write_beside_what_identity_reads()
    {
        var commands = new Commands();
        await using var app = await IdentityApp.StartAsync(database: options => options.AddInterceptors(commands));
        await app.RegisterAsync("ada");
        var tokens = await app.LogInAsync("ada");
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        commands.Clear();
        Assert.IsType<RefreshOutcome.Granted>(await app.RefreshAsync(tokens.Refresh));

        var ofRefresh = commands.All.Where(command => !command.Contains("HandstampRevocations", StringComparison.Ordinal)).ToList();
        Assert.Single(ofRefresh, command => command.StartsWith("SELECT", StringComparison.Ordinal) && command.Contains("FROM \"HandstampSessions\"", StringComparison.Ordinal));
        Assert.Single(ofRefresh, command => command.StartsWith("UPDATE \"HandstampSessions\"", StringComparison.Ordinal));
        // The user, the claims, the roles.
        Assert.Equal(3, ofRefresh.Count(command => command.StartsWith("SELECT", StringComparison.Ordinal) && command.Contains("FROM \"AspNet", StringComparison.Ordinal)));
    }

    sealed class Commands : DbCommandInterceptor
    {
        readonly List<string> _all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public void Clear()
        {
            lock (_all) _all.Clear();
        }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Add(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Add(command);
            return new(result);
        }

        void Add(DbCommand command)
        {
            lock (_all) _all.Add(command.CommandText);
        }
    }
}
