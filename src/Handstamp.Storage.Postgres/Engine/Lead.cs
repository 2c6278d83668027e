using Handstamp.Server.Http;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A row in the database names the node that leads. Each request renews it, and it is valid for some time after that.
/// </summary>
sealed class Lead(PostgresStorage storage, TimeProvider clock)
{
    // More than two rounds of the nodes that ask.
    static readonly TimeSpan Term = TimeSpan.FromMinutes(25);

    static readonly Sql Take = new("UPDATE leader SET node = @node, until = @until WHERE node = @node OR until <= @now");

    static readonly Sql Leave = new("UPDATE leader SET until = 0 WHERE node = @node");

    readonly Guid _node = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Leads from now on, unless another node does. Also false if the database is unavailable.</summary>
    public Task<bool> TryTakeAsync()
    {
        var now = clock.Now();
        return TryAsync(Take.Call().Bind("@now", now).Bind("@until", now + Term));
    }

    /// <summary>Lets another node lead immediately.</summary>
    public Task LeaveAsync() => TryAsync(Leave.Call());

    async Task<bool> TryAsync(Call change)
    {
        try
        {
            return await storage.Database.RunAsync(Work.WriteAgain, change.Bind("@node", _node)) == 1;
        }
        catch (StorageUnavailableException)
        {
            return false;
        }
    }
}
