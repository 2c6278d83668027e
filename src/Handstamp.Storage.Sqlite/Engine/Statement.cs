using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// A prepared statement that its connection keeps. Values are bound and read without boxing, which a
/// <c>SqliteCommand</c> with its parameters cannot do. <see cref="Dispose"/> ends a use of the statement and does not
/// destroy it.
/// </summary>
sealed class Statement : IDisposable
{
    const int IdLength = 16;

    readonly sqlite3 _database;
    readonly sqlite3_stmt _handle;
    readonly nint _native;
    readonly Dictionary<string, int> _parameters = new(StringComparer.Ordinal);

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle));
        _native = _handle.DangerousGetHandle();
        for (var index = 1; index <= raw.sqlite3_bind_parameter_count(_handle); index++)
            _parameters.Add(raw.sqlite3_bind_parameter_name(_handle, index).utf8_to_string(), index);
    }

    public Statement Bind(string name, long value) =>
        Checked(NativeStatement.BindInt64(_native, _parameters[name], value));

    public Statement Bind(string name, long? value) => value is { } known ? Bind(name, known) : Null(name);

    public Statement Bind(string name, string? value) => value is null
        ? Null(name)
        : Checked(raw.sqlite3_bind_text(_handle, _parameters[name], value));

    public Statement Bind(string name, byte[]? value) => value is null ? Null(name) : Bytes(name, value);

    public Statement Bind(string name, DateTimeOffset value) => Bind(name, value.ToUnixTimeMilliseconds());

    public Statement Bind(string name, DateTimeOffset? value) => value is { } known ? Bind(name, known) : Null(name);

    public Statement Bind(string name, Guid value)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bytes(name, bytes);
    }

    public Statement Bind(string name, Guid? value) => value is { } known ? Bind(name, known) : Null(name);

    public Statement BindBytes(string name, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bytes(name, bytes);
    }

    /// <summary>Goes to the next row; false if there is none.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_handle);
        if (result == raw.SQLITE_ROW) return true;
        if (result != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(result, _database);
        return false;
    }

    /// <summary>Runs the statement to its end; returns how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Reads the remaining rows.</summary>
    public IReadOnlyList<T> ReadAll<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        while (Step()) rows.Add(read(this));
        return rows;
    }

    /// <summary>A <see langword="long"/>, a <see langword="string"/>, a <see langword="byte"/>[], or null.</summary>
    public object? Value(int column) => NativeStatement.ColumnType(_native, column) switch
    {
        raw.SQLITE_INTEGER => Int64(column),
        raw.SQLITE_TEXT => Text(column),
        raw.SQLITE_BLOB => Blob(column).ToArray(),
        _ => null,
    };

    public bool IsNull(int column) => NativeStatement.ColumnType(_native, column) == raw.SQLITE_NULL;

    public long Int64(int column) => NativeStatement.ColumnInt64(_native, column);

    public int Int32(int column) => NativeStatement.ColumnInt32(_native, column);

    public int? Int32OrNull(int column) => IsNull(column) ? null : Int32(column);

    // Not column_text, which would stop at the first zero byte.
    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public unsafe ReadOnlySpan<byte> Blob(int column)
    {
        var bytes = NativeStatement.ColumnBlob(_native, column);
        return new ReadOnlySpan<byte>(bytes, NativeStatement.ColumnBytes(_native, column));
    }

    public Guid Id(int column) => new(Blob(column), bigEndian: true);

    public Guid? IdOrNull(int column) => IsNull(column) ? null : Id(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Int64(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Ends the use: releases its locks and its bound values.</summary>
    public void Dispose()
    {
        // The result is the error that Step has already thrown.
        _ = raw.sqlite3_reset(_handle);
        _ = raw.sqlite3_clear_bindings(_handle);
    }

    public void Close() => _handle.Dispose();

    Statement Null(string name) => Checked(raw.sqlite3_bind_null(_handle, _parameters[name]));

    Statement Bytes(string name, ReadOnlySpan<byte> value) =>
        Checked(raw.sqlite3_bind_blob(_handle, _parameters[name], value));

    Statement Checked(int result)
    {
        Check(result);
        return this;
    }

    void Check(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, _database);
    }
}
