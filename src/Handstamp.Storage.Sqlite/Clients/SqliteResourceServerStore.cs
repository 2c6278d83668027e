using Handstamp.Server.Audit;
using Handstamp.Server.Clients;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Clients;

sealed class SqliteResourceServerStore(SqliteStorage storage) : IResourceServerStore
{
    const string Add = """
        INSERT INTO resource_servers (name, secret_hash, created_at) VALUES (@name, @secret_hash, @created_at)
        ON CONFLICT (name) DO NOTHING
        """;

    const string Find = "SELECT name, secret_hash, created_at FROM resource_servers WHERE name = @name";

    const string List = "SELECT name, secret_hash, created_at FROM resource_servers ORDER BY name";

    const string Remove = "DELETE FROM resource_servers WHERE name = @name";

    public Task<bool> TryAddAsync(ResourceServer server, Event added) =>
        storage.Writer.RunAllAsync((server, added), static (database, one) =>
        {
            var server = one.server;
            using var insert = database.Use(Add)
                .Bind("@name", server.Name)
                .Bind("@secret_hash", server.SecretHash)
                .Bind("@created_at", server.CreatedAt);
            return IsDone(database, insert.Run(), one.added);
        });

    public Task<ResourceServer?> FindAsync(string name, CancellationToken cancel) =>
        storage.Readers.ReadAsync(name, static (database, name) =>
        {
            using var select = database.Use(Find).Bind("@name", name);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<IReadOnlyList<ResourceServer>> ListAsync(CancellationToken cancel) =>
        storage.Readers.ReadAsync(this, static (database, _) =>
        {
            using var select = database.Use(List);
            return select.ReadAll(Read);
        }, cancel);

    public Task<bool> RemoveAsync(string name, Event removed) =>
        storage.Writer.RunAllAsync((name, removed), static (database, one) =>
        {
            using var delete = database.Use(Remove).Bind("@name", one.name);
            return IsDone(database, delete.Run(), one.removed);
        });

    static bool IsDone(Connection database, int changed, Event done)
    {
        if (changed == 0) return false;
        SqliteEventStore.Add(database, done);
        return true;
    }

    static ResourceServer Read(Statement row) => new(row.Text(0), row.Blob(1).ToArray(), row.Time(2));
}
