using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>Usernames that are added or replaced later.</summary>
sealed partial class SqliteAccountStore
{
    const string MayRename = $"""
        SELECT 1 FROM accounts WHERE id = @id
          AND (@session IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @session AND account_id = @id AND {SessionSql.Live}))
        """;

    // Nothing changes if another account has it.
    const string SetUsername = """
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at) VALUES (@kind, @canonical, @value, @id, @now)
        ON CONFLICT (kind, canonical) DO UPDATE SET value = excluded.value WHERE account_id = @id
        """;

    const string DropFormerUsername = "DELETE FROM identifiers WHERE kind = @kind AND account_id = @id AND canonical <> @canonical";

    public Task<UsernameChange> TrySetUsernameAsync(Guid id, Identifier username, Guid? session, Event changed) =>
        storage.Writer.RunAllAsync((id, username, session, changed), static (database, asked) =>
        {
            using var may = database.Use(MayRename).Bind("@id", asked.id).Bind("@session", asked.session).Bind("@now", asked.changed.At);
            if (!may.Step()) return UsernameChange.Gone;
            using var set = database.Use(SetUsername)
                .Bind("@kind", (long)asked.username.Kind)
                .Bind("@canonical", asked.username.Canonical)
                .Bind("@value", asked.username.Value)
                .Bind("@id", asked.id)
                .Bind("@now", asked.changed.At);
            if (set.Run() == 0) return UsernameChange.Taken;
            using var drop = database.Use(DropFormerUsername)
                .Bind("@kind", (long)asked.username.Kind)
                .Bind("@id", asked.id)
                .Bind("@canonical", asked.username.Canonical);
            drop.Run();
            SqliteEventStore.Add(database, asked.changed);
            return UsernameChange.Changed;
        });
}
