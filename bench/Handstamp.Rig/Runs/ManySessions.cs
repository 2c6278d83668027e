namespace Handstamp.Rig.Runs;

/// <summary>The cost of many sessions on PostgreSQL, each used equally often.</summary>
/// <param name="Sessions">The number of sessions in the database.</param>
/// <param name="Rotations">Rotations of each session while it was measured.</param>
/// <param name="RowsPerPage">New sessions in a page.</param>
/// <param name="BytesWhenNew">Bytes of a session, its indexes included.</param>
/// <param name="BytesWhenUsed">The same after the rotations.</param>
/// <param name="AccountBytes">Bytes of an account, its indexes included.</param>
/// <param name="ImageBytes">Bytes of the write-ahead log for the first change of a page after a checkpoint.</param>
/// <param name="WalBytes">Further bytes of the write-ahead log for a refresh.</param>
/// <param name="NodeMilliseconds">Processor time of the service for a refresh.</param>
/// <param name="PostgresMilliseconds">Processor time of PostgreSQL for a refresh, checkpoint included.</param>
/// <param name="HotShare">The share of the rotations that changed no index.</param>
sealed record ManySessions(
    int Sessions, int Rotations, double RowsPerPage, double BytesWhenNew, double BytesWhenUsed, double AccountBytes,
    double ImageBytes, double WalBytes, double NodeMilliseconds, double PostgresMilliseconds, double HotShare);
