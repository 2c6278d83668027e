using Handstamp.Server.Http;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>A row in the database that says which node leads. It is renewed at each asking, and good for a while after.</summary>
sealed class Lead(PostgresStorage storage, TimeProvider clock)
{
    // More than two rounds of those who ask.
    static readonly TimeSpan Term = TimeSpan.FromMinutes(25);

    static readonly Sql Take = new("UPDATE leader SET node = @node, until = @until WHERE node = @node OR until <= @now");

    static readonly Sql Leave = new("UPDATE leader SET until = 0 WHERE node = @node");

    readonly Guid _node = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Leads from now on, unless another node does; false also when the database is away.</summary>
    public Task<bool> TryTakeAsync()
    {
        var now = clock.Now();
        return TryAsync(Take.Call().Bind("@now", now).Bind("@until", now + Term));
    }

    /// <summary>Another one may lead at once.</summary>
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
