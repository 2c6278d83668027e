using System.Buffers.Binary;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A statement with its bound values. It may run again on another connection until all that it is a part of has succeeded.
/// </summary>
sealed class Call(Sql sql)
{
    const int IdLength = 16;

    readonly NpgsqlParameter?[] _parameters = new NpgsqlParameter?[sql.Parameters];
    NpgsqlCommand? _command;

    public Call Bind(string name, int value) => Set(name, value);

    public Call Bind(string name, long value) => Set(name, value);

    public Call Bind(string name, int? value) => Set(name, value);

    public Call Bind(string name, long? value) => Set(name, value);

    public Call Bind(string name, string? value) => Set(name, value);

    public Call Bind(string name, byte[]? value) => Set(name, value);

    public Call Bind(string name, Guid value) => Set(name, value);

    public Call Bind(string name, Guid? value) => Set(name, value);

    public Call Bind(string name, DateTimeOffset value) => Bind(name, value.ToUnixTimeMilliseconds());

    public Call Bind(string name, DateTimeOffset? value) => Bind(name, value?.ToUnixTimeMilliseconds());

    public Call BindBytes(string name, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(name, new Guid(bytes, bigEndian: true));
    }

    /// <summary>Runs the statement; returns how many rows it changed.</summary>
    public Task<int> RunAsync(NpgsqlConnection connection) => On(connection).ExecuteNonQueryAsync();

    /// <summary>Runs the statement; returns its first row, or the default if there is none.</summary>
    public async Task<T?> FindAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        // Disposing of the reader waits for the end of the answer: a commit may fail after its row has arrived.
        await using var reader = await On(connection).ExecuteReaderAsync();
        return await reader.ReadAsync() ? read(new Row(reader)) : default;
    }

    /// <summary>Runs the statement; returns all its rows.</summary>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        var rows = new List<T>();
        await using var reader = await On(connection).ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(new Row(reader)));
        return rows;
    }

    /// <summary>It has succeeded alone, and does not run again: the next caller of the statement may bind it.</summary>
    public void GiveBack() => sql.TakeBack(this);

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
        foreach (var parameter in _parameters) command.Parameters.Add(parameter!);
        return command;
    }

    /// <summary>A parameter keeps its type, whatever value it gets.</summary>
    Call Set<T>(string name, T value)
    {
        var parameter = (NpgsqlParameter<T>)(_parameters[sql.PositionOf(name)] ??= new NpgsqlParameter<T>());
        parameter.TypedValue = value;
        return this;
    }
}
