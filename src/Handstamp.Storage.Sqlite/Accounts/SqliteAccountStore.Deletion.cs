using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>Accounts that their owners delete.</summary>
sealed partial class SqliteAccountStore
{
    const string RequestDeletion = """
        UPDATE accounts SET delete_at = @delete_at, security_stamp = @security_stamp
        WHERE id = @id AND delete_at IS NULL AND disabled_at IS NULL
          AND EXISTS (SELECT 1 FROM sessions WHERE id = @session AND account_id = @id AND revoked_at IS NULL)
        """;

    const string CancelDeletion = """
        UPDATE accounts SET delete_at = NULL WHERE id = @id AND delete_at IS NOT NULL AND security_stamp = coalesce(@stamp, security_stamp)
        """;

    const string ListToDelete = "SELECT id FROM accounts WHERE delete_at <= @due ORDER BY delete_at LIMIT @limit";

    public Task<IReadOnlyList<Event>> TryRequestDeletionAsync(DeletionRequest request, Event requested) =>
        storage.Writer.RunAllAsync((request, requested), static IReadOnlyList<Event> (database, asked) =>
        {
            using var update = database.Use(RequestDeletion)
                .Bind("@id", asked.request.AccountId)
                .Bind("@session", asked.request.SessionId)
                .Bind("@delete_at", asked.request.DeleteAt)
                .Bind("@security_stamp", asked.request.Stamp);
            return update.Run() == 1 ? EndAll(database, asked.request.AccountId, EndReason.AccountDeleted, asked.requested) : [];
        });

    public Task<bool> TryCancelDeletionAsync(Guid id, string? stamp, Event cancelled) =>
        storage.Writer.RunAllAsync((id, stamp, cancelled), static (database, asked) =>
        {
            using var update = database.Use(CancelDeletion).Bind("@id", asked.id).Bind("@stamp", asked.stamp);
            return IsDone(database, update.Run(), asked.cancelled);
        });

    public Task<IReadOnlyList<Guid>> ListToDeleteAsync(DateTimeOffset due, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((due, limit), static (database, asked) =>
        {
            using var select = database.Use(ListToDelete).Bind("@due", asked.due).Bind("@limit", asked.limit);
            return select.ReadAll(row => row.Id(0));
        }, cancel);
}
