namespace Handstamp.Rig.Runs;

/// <summary>What many sessions on PostgreSQL take, each used equally often.</summary>
/// <param name="Sessions">In the database.</param>
/// <param name="Rotations">Of each, while it was measured.</param>
/// <param name="RowsPerPage">Of new sessions.</param>
/// <param name="BytesWhenNew">Of a session, its indexes included.</param>
/// <param name="BytesWhenUsed">The same after the rotations.</param>
/// <param name="AccountBytes">Of an account, its indexes included.</param>
/// <param name="ImageBytes">Of the write-ahead log for the first change of a page after a checkpoint.</param>
/// <param name="WalBytes">Of the write-ahead log for a refresh besides.</param>
/// <param name="NodeMilliseconds">Processor time of the service for a refresh.</param>
/// <param name="PostgresMilliseconds">Processor time of PostgreSQL for a refresh, checkpoint included.</param>
/// <param name="HotShare">Of the rotations, those that no index had to follow.</param>
sealed record ManySessions(
    int Sessions, int Rotations, double RowsPerPage, double BytesWhenNew, double BytesWhenUsed, double AccountBytes,
    double ImageBytes, double WalBytes, double NodeMilliseconds, double PostgresMilliseconds, double HotShare);
