using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres;

sealed class PostgresIdSearch(PostgresStorage storage) : IIdSearch
{
    const string Fits = """
        WHERE left(replace(id::text, '-', ''), length(@part)) = @part OR right(replace(id::text, '-', ''), length(@part)) = @part
        ORDER BY id LIMIT @limit
        """;

    static readonly Sql Accounts = new($"SELECT id FROM accounts {Fits}");

    static readonly Sql Sessions = new($"SELECT id FROM sessions {Fits}");

    static readonly Sql Mails = new($"SELECT id FROM outbox {Fits}");

    public Task<IReadOnlyList<Guid>> FindAsync(IdKind kind, string part, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(Of(kind).Call().Bind("@part", part).Bind("@limit", limit), row => row.Id(0));

    static Sql Of(IdKind kind) => kind switch
    {
        IdKind.Account => Accounts,
        IdKind.Session => Sessions,
        _ => Mails,
    };
}
