using System.Buffers.Binary;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A statement with its bound values. Until it has succeeded, it may run again on another connection. After that it can
/// be bound again.
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
    public async Task<int> RunAsync(NpgsqlConnection connection)
    {
        var changed = await On(connection).ExecuteNonQueryAsync();
        sql.TakeBack(this);
        return changed;
    }

    /// <summary>Runs the statement; returns its first row, or the default if there is none.</summary>
    public async Task<T?> FindAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        T? found;
        // Disposing of the reader waits for the end of the answer: a commit may fail after its row has arrived.
        await using (var reader = await On(connection).ExecuteReaderAsync())
            found = await reader.ReadAsync() ? read(new Row(reader)) : default;
        sql.TakeBack(this);
        return found;
    }

    /// <summary>Runs the statement; returns all its rows.</summary>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        var rows = new List<T>();
        await using (var reader = await On(connection).ExecuteReaderAsync())
            while (await reader.ReadAsync()) rows.Add(read(new Row(reader)));
        sql.TakeBack(this);
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
