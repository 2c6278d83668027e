using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;

namespace Handstamp.Floor;

/// <summary>Each write is one round trip of a prepared statement, on a connection that stays open and ready.</summary>
sealed class PostgresSessions(NpgsqlDataSource source) : ISessions
{
    const string Schema = """
        CREATE TABLE IF NOT EXISTS sessions (
          id uuid NOT NULL PRIMARY KEY, generation integer NOT NULL, used_at bigint NOT NULL) WITH (fillfactor = 90)
        """;

    const string Insert = "INSERT INTO sessions (id, generation, used_at) VALUES ($1, 1, $2)";

    const string Advance = """
        UPDATE sessions SET generation = generation + 1, used_at = $1
        WHERE id = $2 AND generation = $3 RETURNING generation
        """;

    readonly ConcurrentBag<NpgsqlCommand> _idle = [];

    public static PostgresSessions Open(string connectionString)
    {
        var source = new NpgsqlSlimDataSourceBuilder(connectionString).Build();
        using var create = source.CreateCommand(Schema);
        create.ExecuteNonQuery();
        return new PostgresSessions(source);
    }

    public async Task CreateAsync(Guid id, DateTimeOffset now)
    {
        await using var insert = source.CreateCommand(Insert);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = now.ToUnixTimeMilliseconds() });
        await insert.ExecuteNonQueryAsync();
    }

    public async Task<int?> TryAdvanceAsync(Guid id, int generation, DateTimeOffset now)
    {
        if (!_idle.TryTake(out var advance)) advance = await PrepareAsync();
        ((NpgsqlParameter<long>)advance.Parameters[0]).TypedValue = now.ToUnixTimeMilliseconds();
        ((NpgsqlParameter<Guid>)advance.Parameters[1]).TypedValue = id;
        ((NpgsqlParameter<int>)advance.Parameters[2]).TypedValue = generation;
        var next = await RunAsync(advance);
        _idle.Add(advance);
        return next;
    }

    // Finish with the reader before the next caller gets the command: a connection has only one reader.
    static async Task<int?> RunAsync(NpgsqlCommand advance)
    {
        await using var row = await advance.ExecuteReaderAsync();
        return await row.ReadAsync() ? row.GetInt32(0) : null;
    }

    /// <summary>Prepares the statement on another connection. There are as many connections as concurrent callers.</summary>
    async Task<NpgsqlCommand> PrepareAsync()
    {
        var advance = new NpgsqlCommand(Advance, await source.OpenConnectionAsync())
        {
            Parameters =
            {
                new NpgsqlParameter<long> { NpgsqlDbType = NpgsqlDbType.Bigint },
                new NpgsqlParameter<Guid> { NpgsqlDbType = NpgsqlDbType.Uuid },
                new NpgsqlParameter<int> { NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        await advance.PrepareAsync();
        return advance;
    }
}
