using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Clients;

sealed class PostgresResourceServerStore(PostgresStorage storage) : IResourceServerStore
{
    static readonly Sql Add = new($"""
        WITH added AS (INSERT INTO resource_servers (name, secret_hash, created_at) VALUES (@name, @secret_hash, @created_at)
          ON CONFLICT (name) DO NOTHING RETURNING name)
        {EventSql.Insert(from: "FROM added")}
        """);

    static readonly Sql Find = new("SELECT name, secret_hash, created_at FROM resource_servers WHERE name = @name");

    static readonly Sql List = new("SELECT name, secret_hash, created_at FROM resource_servers ORDER BY name");

    static readonly Sql Remove = new($"""
        WITH removed AS (DELETE FROM resource_servers WHERE name = @name RETURNING name)
        {EventSql.Insert(from: "FROM removed")}
        """);

    public async Task<bool> TryAddAsync(ResourceServer server, Event added)
    {
        var insert = Add.Call()
            .Bind("@name", server.Name)
            .Bind("@secret_hash", server.SecretHash)
            .Bind("@created_at", server.CreatedAt);
        return await storage.Database.RunAsync(Work.WriteOnce, insert.BindEvent(added)) == 1;
    }

    public Task<ResourceServer?> FindAsync(string name, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@name", name), Read);

    public Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call(), Read);

    public async Task<bool> RemoveAsync(string name, Event removed) =>
        await storage.Database.RunAsync(Work.WriteOnce, Remove.Call().Bind("@name", name).BindEvent(removed)) == 1;

    static ResourceServer Read(Row row) => new(row.Text(0), row.Blob(1), row.Time(2));
}
