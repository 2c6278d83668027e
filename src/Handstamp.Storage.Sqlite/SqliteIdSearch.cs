using Handstamp.Server.Storage;

namespace Handstamp.Storage.Sqlite;

sealed class SqliteIdSearch(SqliteStorage storage) : IIdSearch
{
    const string Fits = """
        WHERE lower(substr(hex(id), 1, length(@part))) = @part OR lower(substr(hex(id), -length(@part))) = @part
        ORDER BY id LIMIT @limit
        """;

    public Task<IReadOnlyList<Guid>> FindAsync(IdKind kind, string part, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((Sql: Of(kind), part, limit), static (database, asked) =>
        {
            using var select = database.Use(asked.Sql).Bind("@part", asked.part).Bind("@limit", asked.limit);
            return select.ReadAll(row => row.Id(0));
        }, cancel);

    static string Of(IdKind kind) => kind switch
    {
        IdKind.Account => $"SELECT id FROM accounts {Fits}",
        IdKind.Session => $"SELECT id FROM sessions {Fits}",
        _ => $"SELECT id FROM outbox {Fits}",
    };
}
