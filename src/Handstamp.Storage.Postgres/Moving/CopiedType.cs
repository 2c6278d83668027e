using Npgsql;
using NpgsqlTypes;

namespace Handstamp.Storage.Postgres.Moving;

/// <summary>
/// How a column of this type is copied. In memory, every integer is a <see langword="long"/>, and an id is its 16
/// bytes, as in SQLite.
/// </summary>
sealed record CopiedType(Action<NpgsqlBinaryImporter, object> Write, Func<NpgsqlBinaryExporter, object> Read)
{
    /// <summary>Under the names in the catalog.</summary>
    public static readonly IReadOnlyDictionary<string, CopiedType> ByName = new Dictionary<string, CopiedType>
    {
        ["smallint"] = new(
            static (import, cell) => import.Write(checked((short)(long)cell), NpgsqlDbType.Smallint),
            static export => (long)export.Read<short>()),
        ["integer"] = new(
            static (import, cell) => import.Write(checked((int)(long)cell), NpgsqlDbType.Integer),
            static export => (long)export.Read<int>()),
        ["bigint"] = new(
            static (import, cell) => import.Write((long)cell, NpgsqlDbType.Bigint),
            static export => export.Read<long>()),
        ["text"] = new(
            static (import, cell) => import.Write((string)cell, NpgsqlDbType.Text),
            static export => export.Read<string>()),
        ["bytea"] = new(
            static (import, cell) => import.Write((byte[])cell, NpgsqlDbType.Bytea),
            static export => export.Read<byte[]>()),
        ["uuid"] = new(
            static (import, cell) => import.Write(new Guid((byte[])cell, bigEndian: true), NpgsqlDbType.Uuid),
            static export => export.Read<Guid>().ToByteArray(bigEndian: true)),
    };
}
