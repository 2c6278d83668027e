using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

sealed class SqliteProfileStore(SqliteStorage storage) : IProfileStore
{
    const string Find = "SELECT name, picture, locale, data FROM profiles WHERE account_id = @account";

    const string Set = """
        INSERT INTO profiles (account_id, name, picture, locale, data)
        SELECT id, @name, @picture, @locale, @data FROM accounts WHERE id = @account
        ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, picture = excluded.picture, locale = excluded.locale, data = excluded.data
        """;

    public Task<Profile> FindAsync(Guid accountId, CancellationToken cancel) =>
        storage.Readers.ReadAsync(accountId, static (database, account) => Read(database, account), cancel);

    // There is one writer: what was read is still so at the write.
    public Task<bool> TrySetAsync(Guid accountId, Profile from, Profile to, Event changed) =>
        storage.Writer.RunAllAsync((accountId, from, to, changed), static (database, change) =>
        {
            if (Read(database, change.accountId) != change.from) return false;
            using var set = database.Use(Set)
                .Bind("@account", change.accountId)
                .Bind("@name", change.to.Name)
                .Bind("@picture", change.to.Picture)
                .Bind("@locale", change.to.Locale)
                .Bind("@data", change.to.Data);
            if (set.Run() == 0) return false;
            SqliteEventStore.Count(database, change.changed);
            return true;
        });

    static Profile Read(Connection database, Guid account)
    {
        using var select = database.Use(Find).Bind("@account", account);
        return !select.Step() ? Profile.None : new Profile
        {
            Name = select.TextOrNull(0),
            Picture = select.TextOrNull(1),
            Locale = select.TextOrNull(2),
            Data = select.TextOrNull(3),
        };
    }
}
