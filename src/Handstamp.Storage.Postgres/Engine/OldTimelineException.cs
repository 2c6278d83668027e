using Npgsql;

namespace Handstamp.Storage.Postgres.Engine;

/// <summary>
/// The server was the primary once, and another one has been promoted since. What was written after that is missing
/// here.
/// </summary>
#pragma warning disable CA1032, CA1064 // Internal, with a message always.
sealed class OldTimelineException(string message) : NpgsqlException(message);
#pragma warning restore CA1032, CA1064
