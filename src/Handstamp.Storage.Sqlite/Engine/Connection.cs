using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>A connection with its prepared statements. Only one thread may use it at a time.</summary>
sealed class Connection(SqliteFile file, SqliteOpenMode mode, string settings) : IDisposable
{
    readonly SqliteConnection _inner = Open(file, mode, settings);

    // Compared by reference: every statement's text is one constant, and hashing it would cost more than running it.
    readonly Dictionary<string, Statement> _statements = new(ReferenceEqualityComparer.Instance);

    /// <summary>The statement, ready to be bound. <paramref name="sql"/> has to be a constant.</summary>
    public Statement Use(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new Statement(_inner.Handle!, sql));
        return statement;
    }

    public void Run(string sql)
    {
        using var statement = Use(sql);
        statement.Run();
    }

    /// <summary>May be called from any thread: stops what runs on this connection.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_inner.Handle);

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Close();
        _inner.Dispose();
    }

    static SqliteConnection Open(SqliteFile file, SqliteOpenMode mode, string settings)
    {
        var connection = file.Open(mode, settings);
        try
        {
            Owner.DemandStill(connection, file.Path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
