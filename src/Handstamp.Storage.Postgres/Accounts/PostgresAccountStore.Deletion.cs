using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Postgres.Sessions;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>Accounts that their owners delete.</summary>
sealed partial class PostgresAccountStore
{
    // First the account's row, then the session, as everything locks them. A change that ends this session holds the account's row,
    // so after this lock the session is as that change has left it.
    static readonly Sql HoldToDelete =
        new("SELECT 1 FROM accounts WHERE id = @id AND delete_at IS NULL AND disabled_at IS NULL FOR NO KEY UPDATE");

    static readonly Sql HoldSession =
        new($"SELECT 1 FROM sessions WHERE id = @session AND account_id = @id AND {SessionSql.Live} FOR NO KEY UPDATE");

    // Not before a change of the address can no longer be taken back. The secret of a change is made when its mail is sent, so
    // its event counts too.
    static readonly Sql RequestDeletion = new("""
        UPDATE accounts SET security_stamp = @security_stamp, delete_at = greatest(@delete_at, (
          SELECT max(until) FROM (
            SELECT expires_at AS until FROM secrets WHERE subject = @id AND purpose = @undo
            UNION ALL SELECT at + @undo_life FROM events WHERE account_id = @id AND kind = @changed) AS undos))
        WHERE id = @id
        """);

    static readonly Sql CancelDeletion = new($"""
        WITH cancelled AS (
          UPDATE accounts SET delete_at = NULL
          WHERE id = @id AND delete_at IS NOT NULL AND security_stamp = coalesce(@stamp, security_stamp) RETURNING id),
        forgotten AS (DELETE FROM secrets WHERE purpose = @purpose AND subject IN (SELECT id FROM cancelled))
        {EventSql.Insert(from: "FROM cancelled")}
        """);

    static readonly Sql ListToDelete = new(
        "SELECT id FROM accounts WHERE delete_at <= @due AND disabled_at IS NULL ORDER BY delete_at LIMIT @limit");

    public Task<IReadOnlyList<Event>> TryRequestDeletionAsync(DeletionRequest request, Event requested) =>
        storage.Database.TransactAsync((request, requested), static async Task<IReadOnlyList<Event>> (connection, asked) =>
        {
            var (id, session) = (asked.request.AccountId, asked.request.SessionId);
            if (!await HoldToDelete.Call().Bind("@id", id).FindAsync(connection, static _ => true)
                || !await HoldSession.Call().Bind("@id", id).Bind("@session", session).Bind("@now", asked.requested.At)
                    .FindAsync(connection, static _ => true))
                return [];
            await RequestDeletion.Call()
                .Bind("@id", id)
                .Bind("@delete_at", asked.request.DeleteAt)
                .Bind("@security_stamp", asked.request.Stamp)
                .Bind("@undo", MailSecrets.Undo.Name)
                .Bind("@undo_life", (long)MailSecrets.UndoLife.TotalMilliseconds)
                .Bind("@changed", (int)EventKind.AccountEmailChanged)
                .RunAsync(connection);
            return await EndAllAsync(connection, id, EndReason.AccountDeleted, asked.requested);
        }, kept: static events => events.Count > 0);

    public async Task<bool> TryCancelDeletionAsync(Guid id, string? stamp, Event cancelled)
    {
        var update = CancelDeletion.Call().Bind("@id", id).Bind("@stamp", stamp).Bind("@purpose", MailSecrets.Restore.Name);
        return await storage.Database.RunAsync(Work.WriteOnce, update.BindEvent(cancelled)) == 1;
    }

    public Task<IReadOnlyList<Guid>> ListToDeleteAsync(DateTimeOffset due, int limit, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(ListToDelete.Call().Bind("@due", due).Bind("@limit", limit), static row => row.Id(0));
}
