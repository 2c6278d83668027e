using Handstamp.Server.Http;
using Handstamp.Server.Storage;
using Handstamp.Server.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Handstamp.Storage.Sqlite.Engine;

/// <summary>
/// The owner of a file: SQLite stores a number for it, <c>application_id</c>. Our number also says whether the data is
/// still here.
/// </summary>
static class Owner
{
    // "HSTP", and for a file whose data was moved, "HSTm" and "HSTM".
    const int Here = 0x48535450;
    const int Leaving = 0x4853546D;
    const int Gone = 0x4853544D;

    /// <summary>The statement that writes it into the file.</summary>
    public static string Write(MoveState state) => $"PRAGMA application_id = {Number(state)}";

    /// <summary>Whether the number is one of ours.</summary>
    public static bool IsHandstamp(long number) => number is Here or Leaving or Gone;

    public static MoveState Read(SqliteConnection connection) => (long)connection.Ask("PRAGMA application_id")! switch
    {
        Leaving => MoveState.Leaving,
        Gone => MoveState.Gone,
        _ => MoveState.Here,
    };

    /// <summary>At start, refuses a file that no service may use any more.</summary>
    public static void Demand(SqliteConnection connection, string path)
    {
        if (WhyNot(connection, path) is { } sentence) throw new StorageStartException(sentence);
    }

    /// <summary>The same for a running service: while it had no connection, the data may have been moved.</summary>
    public static void DemandStill(SqliteConnection connection, string path)
    {
        if (WhyNot(connection, path) is { } sentence) throw new StorageUnavailableException(sentence);
    }

    static string? WhyNot(SqliteConnection connection, string path) => Read(connection) switch
    {
        MoveState.Gone => $"The data of {path} was moved to PostgreSQL. Set Storage:Provider to postgres and "
            + "Storage:ConnectionString to that database: docs/guide/moving-to-postgres.md.",
        MoveState.Leaving => $"`handstamp migrate-storage` was interrupted while it moved the data of {path}. Run the same "
            + "command again: docs/guide/moving-to-postgres.md.",
        _ => null,
    };

    static int Number(MoveState state) => state switch
    {
        MoveState.Leaving => Leaving,
        MoveState.Gone => Gone,
        _ => Here,
    };
}
