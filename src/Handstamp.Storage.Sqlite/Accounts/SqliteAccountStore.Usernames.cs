using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;
using Handstamp.Storage.Sqlite.Sessions;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>Usernames that are added or replaced later.</summary>
sealed partial class SqliteAccountStore
{
    const string MayRename = $"""
        SELECT 1 FROM accounts WHERE id = @id
          AND (@session IS NULL OR EXISTS (SELECT 1 FROM sessions WHERE id = @session AND account_id = @id AND {SessionSql.Live}))
        """;

    const string HasUsername = "SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical AND value = @value AND account_id = @id";

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
            using var has = Bind(database.Use(HasUsername), asked.id, asked.username).Bind("@value", asked.username.Value);
            if (has.Step()) return UsernameChange.Unchanged;
            using var set = Bind(database.Use(SetUsername), asked.id, asked.username)
                .Bind("@value", asked.username.Value)
                .Bind("@now", asked.changed.At);
            if (set.Run() == 0) return UsernameChange.Taken;
            using var drop = Bind(database.Use(DropFormerUsername), asked.id, asked.username);
            drop.Run();
            SqliteEventStore.Add(database, asked.changed);
            return UsernameChange.Changed;
        });

    static Statement Bind(Statement statement, Guid id, Identifier username) => statement
        .Bind("@kind", (long)username.Kind)
        .Bind("@canonical", username.Canonical)
        .Bind("@id", id);
}
