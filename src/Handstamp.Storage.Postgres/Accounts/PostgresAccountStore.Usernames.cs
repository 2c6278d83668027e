using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>Usernames that are added or replaced later.</summary>
sealed partial class PostgresAccountStore
{
    static readonly Sql HasUsername =
        new("SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical AND value = @value AND account_id = @id");

    // Nothing changes if another account has it. The new name is added before the old one goes: a row that another transaction has
    // added makes this one wait.
    static readonly Sql SetUsername = new("""
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at) VALUES (@kind, @canonical, @value, @id, @now)
        ON CONFLICT (kind, canonical) DO UPDATE SET value = excluded.value WHERE identifiers.account_id = @id
        """);

    static readonly Sql DropFormerUsername =
        new("DELETE FROM identifiers WHERE kind = @kind AND account_id = @id AND canonical <> @canonical");

    public Task<UsernameChange> TrySetUsernameAsync(Guid id, Identifier username, Guid? session, Event changed) =>
        storage.Database.TransactAsync((id, username, session, changed), static async Task<UsernameChange> (connection, asked) =>
        {
            if (await Hold.Call().Bind("@id", asked.id).FindAsync(connection, static row => row.TimeOrNull(0)) is null
                || (asked.session is { } session && !await HoldSession.Call()
                    .Bind("@id", asked.id).Bind("@session", session).Bind("@now", asked.changed.At).FindAsync(connection, static _ => true)))
                return UsernameChange.Gone;
            if (await BindUsername(HasUsername.Call(), asked.id, asked.username).Bind("@value", asked.username.Value).FindAsync(connection, static _ => true))
                return UsernameChange.Unchanged;
            if (await BindUsername(SetUsername.Call(), asked.id, asked.username)
                .Bind("@value", asked.username.Value).Bind("@now", asked.changed.At).RunAsync(connection) == 0)
                return UsernameChange.Taken;
            await BindUsername(DropFormerUsername.Call(), asked.id, asked.username).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, asked.changed);
            return UsernameChange.Changed;
        }, kept: static change => change == UsernameChange.Changed);

    static Call BindUsername(Call call, Guid id, Identifier username) => call
        .Bind("@kind", (int)username.Kind)
        .Bind("@canonical", username.Canonical)
        .Bind("@id", id);
}
