using Handstamp.Server.Clients;
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

    public Task<bool> TryAddAsync(ResourceServer server) =>
        storage.Writer.RunAsync(server, static (database, server) =>
        {
            using var insert = database.Use(Add)
                .Bind("@name", server.Name)
                .Bind("@secret_hash", server.SecretHash)
                .Bind("@created_at", server.CreatedAt);
            return insert.Run() == 1;
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

    public Task<bool> RemoveAsync(string name) =>
        storage.Writer.RunAsync(name, static (database, name) =>
        {
            using var delete = database.Use(Remove).Bind("@name", name);
            return delete.Run() == 1;
        });

    static ResourceServer Read(Statement row) => new(row.Text(0), row.Blob(1).ToArray(), row.Time(2));
}
