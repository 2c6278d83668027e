using Microsoft.Data.Sqlite;

namespace Handstamp.Proof.Size;

/// <summary>One statement, a million times, in one transaction.</summary>
sealed class Insert : IDisposable
{
    readonly SqliteTransaction _transaction;
    readonly SqliteCommand _command;

    public Insert(SqliteConnection database, string sql)
    {
        _transaction = database.BeginTransaction();
        _command = database.CreateCommand();
        _command.Transaction = _transaction;
#pragma warning disable CA2100 // Our own statements.
        _command.CommandText = sql;
#pragma warning restore CA2100
    }

    public void Run(params ReadOnlySpan<(string Name, object Value)> values)
    {
        foreach (var (name, value) in values)
        {
            if (_command.Parameters.Count < values.Length) _command.Parameters.AddWithValue(name, value);
            else _command.Parameters[name].Value = value;
        }
        _command.ExecuteNonQuery();
    }

    public void Commit() => _transaction.Commit();

    public void Dispose()
    {
        _command.Dispose();
        _transaction.Dispose();
    }
}
