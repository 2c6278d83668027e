using System.Buffers.Binary;
using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// A statement with what is bound to it. Until it has succeeded it may run again, on another connection; then it is
/// taken back, to be bound anew.
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

    /// <summary>Runs it; returns how many rows it changed.</summary>
    public async Task<int> RunAsync(NpgsqlConnection connection)
    {
        var changed = await On(connection).ExecuteNonQueryAsync();
        sql.TakeBack(this);
        return changed;
    }

    /// <summary>Runs it; returns its first row, or the default without one.</summary>
    public async Task<T?> FindAsync<T>(NpgsqlConnection connection, Func<Row, T> read)
    {
        T? found;
        // Leaving the reader waits for the end of the answer: a commit may fail after its row has come.
        await using (var reader = await On(connection).ExecuteReaderAsync())
            found = await reader.ReadAsync() ? read(new Row(reader)) : default;
        sql.TakeBack(this);
        return found;
    }

    /// <summary>Runs it; returns all its rows.</summary>
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
