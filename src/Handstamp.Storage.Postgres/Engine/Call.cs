using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>A statement with what is bound to it. It may run again, on another connection.</summary>
sealed class Call(Sql sql)
{
    const int IdLength = 16;

    readonly NpgsqlParameter[] _parameters = new NpgsqlParameter[sql.Parameters];
    NpgsqlCommand? _command;

    public Call Bind(string name, int value) => Set(name, new NpgsqlParameter<int> { TypedValue = value });

    public Call Bind(string name, long value) => Set(name, new NpgsqlParameter<long> { TypedValue = value });

    public Call Bind(string name, int? value) =>
        value is { } known ? Bind(name, known) : Null(name, NpgsqlDbType.Integer);

    public Call Bind(string name, long? value) =>
        value is { } known ? Bind(name, known) : Null(name, NpgsqlDbType.Bigint);

    public Call Bind(string name, string? value) => value is null
        ? Null(name, NpgsqlDbType.Text)
        : Set(name, new NpgsqlParameter<string> { TypedValue = value });

    public Call Bind(string name, byte[]? value) => value is null
        ? Null(name, NpgsqlDbType.Bytea)
        : Set(name, new NpgsqlParameter<byte[]> { TypedValue = value });

    public Call Bind(string name, Guid value) => Set(name, new NpgsqlParameter<Guid> { TypedValue = value });

    public Call Bind(string name, Guid? value) =>
        value is { } known ? Bind(name, known) : Null(name, NpgsqlDbType.Uuid);

    public Call Bind(string name, DateTimeOffset value) => Bind(name, value.ToUnixTimeMilliseconds());

    public Call Bind(string name, DateTimeOffset? value) => Bind(name, value?.ToUnixTimeMilliseconds());

    public Call BindBytes(string name, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(name, new Guid(bytes, bigEndian: true));
    }

    /// <summary>Runs it; returns how many rows it changed.</summary>
    public Task<int> RunAsync(NpgsqlConnection connection) => On(connection).ExecuteNonQueryAsync();

    /// <summary>Runs it; returns its first row, or the default without one.</summary>
    public async Task<T?> FindAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        // Leaving the reader waits for the end of the answer: a commit may fail after its row has come.
        await using var reader = await On(connection).ExecuteReaderAsync();
        return await reader.ReadAsync() ? read(new Row(reader)) : default;
    }

    /// <summary>Runs it; returns all its rows.</summary>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        var rows = new List<T>();
        await using var reader = await On(connection).ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(new Row(reader)));
        return rows;
    }

    NpgsqlCommand On(NpgsqlConnection connection)
    {
        _command ??= Create();
        _command.Connection = connection;
        return _command;
    }

    NpgsqlCommand Create()
    {
#pragma warning disable CA2100 // Every statement is a constant of this assembly.
        var command = new NpgsqlCommand(sql.Text);
#pragma warning restore CA2100
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    Call Null(string name, NpgsqlDbType type) =>
        Set(name, new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value });

    Call Set(string name, NpgsqlParameter parameter)
    {
        _parameters[sql.PositionOf(name)] = parameter;
        return this;
    }
}
