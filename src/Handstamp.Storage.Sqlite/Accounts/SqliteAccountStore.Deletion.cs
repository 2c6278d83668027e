using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>Accounts that their owners delete.</summary>
sealed partial class SqliteAccountStore
{
    // Not before a change of the address can no longer be taken back. The secret of a change is made when its mail is sent, so
    // its event counts too.
    const string RequestDeletion = $"""
        UPDATE accounts SET security_stamp = @security_stamp, delete_at = max(@delete_at, coalesce((
          SELECT max(until) FROM (
            SELECT expires_at AS until FROM secrets WHERE subject = @id AND purpose = @undo
            UNION ALL SELECT at + @undo_life FROM events WHERE account_id = @id AND kind = @changed)), 0))
        WHERE id = @id AND delete_at IS NULL AND disabled_at IS NULL
          AND EXISTS (SELECT 1 FROM sessions WHERE id = @session AND account_id = @id AND {SessionSql.Live})
        """;

    const string CancelDeletion = """
        UPDATE accounts SET delete_at = NULL WHERE id = @id AND delete_at IS NOT NULL AND security_stamp = coalesce(@stamp, security_stamp)
        """;

    const string ListToDelete =
        "SELECT id FROM accounts WHERE delete_at <= @due AND disabled_at IS NULL ORDER BY delete_at LIMIT @limit";

    public Task<IReadOnlyList<Event>> TryRequestDeletionAsync(DeletionRequest request, Event requested) =>
        storage.Writer.RunAllAsync((request, requested), static IReadOnlyList<Event> (database, asked) =>
        {
            using var update = database.Use(RequestDeletion)
                .Bind("@id", asked.request.AccountId)
                .Bind("@session", asked.request.SessionId)
                .Bind("@delete_at", asked.request.DeleteAt)
                .Bind("@security_stamp", asked.request.Stamp)
                .Bind("@undo", MailSecrets.Undo.Name)
                .Bind("@undo_life", (long)MailSecrets.UndoLife.TotalMilliseconds)
                .Bind("@changed", (long)EventKind.AccountEmailChanged)
                .Bind("@now", asked.requested.At);
            return update.Run() == 1 ? EndAll(database, asked.request.AccountId, EndReason.AccountDeleted, asked.requested) : [];
        });

    public Task<bool> TryCancelDeletionAsync(Guid id, string? stamp, Event cancelled) =>
        storage.Writer.RunAllAsync((id, stamp, cancelled), static (database, asked) =>
        {
            using var update = database.Use(CancelDeletion).Bind("@id", asked.id).Bind("@stamp", asked.stamp);
            if (!IsDone(database, update.Run(), asked.cancelled)) return false;
            ForgetSecretsOf(database, asked.id, [MailSecrets.Restore.Name]);
            return true;
        });

    public Task<IReadOnlyList<Guid>> ListToDeleteAsync(DateTimeOffset due, int limit, CancellationToken cancel) =>
        storage.Readers.ReadAsync((due, limit), static (database, asked) =>
        {
            using var select = database.Use(ListToDelete).Bind("@due", asked.due).Bind("@limit", asked.limit);
            return select.ReadAll(row => row.Id(0));
        }, cancel);
}
