using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Audit;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Accounts;

sealed class PostgresProfileStore(PostgresStorage storage) : IProfileStore
{
    static readonly Sql Find = new("SELECT name, picture, locale, data FROM profiles WHERE account_id = @account");

    // The account's row is locked, so that a deletion at the same moment leaves no profile.
    static readonly Sql Set = new($"""
        WITH held AS (SELECT id FROM accounts WHERE id = @account FOR KEY SHARE),
        changed AS (
          INSERT INTO profiles (account_id, name, picture, locale, data)
          SELECT id, @name, @picture, @locale, @data FROM held
          WHERE @is_none = 1 OR EXISTS (SELECT 1 FROM profiles WHERE account_id = @account)
          ON CONFLICT (account_id) DO UPDATE SET
            name = excluded.name, picture = excluded.picture, locale = excluded.locale, data = excluded.data
          WHERE profiles.name IS NOT DISTINCT FROM @from_name AND profiles.picture IS NOT DISTINCT FROM @from_picture
            AND profiles.locale IS NOT DISTINCT FROM @from_locale AND profiles.data IS NOT DISTINCT FROM @from_data
          RETURNING account_id)
        {EventSql.InsertCounted(from: "FROM changed")}
        """);

    public async Task<Profile> FindAsync(Guid accountId, CancellationToken cancel) =>
        await storage.Database.FindAsync(Work.Read, Find.Call().Bind("@account", accountId), Read) ?? Profile.None;

    public async Task<bool> TrySetAsync(Guid accountId, Profile from, Profile to, Event changed)
    {
        var set = Set.Call()
            .Bind("@account", accountId)
            .Bind("@name", to.Name)
            .Bind("@picture", to.Picture)
            .Bind("@locale", to.Locale)
            .Bind("@data", to.Data)
            .Bind("@is_none", from == Profile.None ? 1 : 0)
            .Bind("@from_name", from.Name)
            .Bind("@from_picture", from.Picture)
            .Bind("@from_locale", from.Locale)
            .Bind("@from_data", from.Data);
        return await storage.Database.RunAsync(Work.WriteOnce, set.BindCounted(changed)) == 1;
    }

    static Profile Read(Row row) => new()
    {
        Name = row.TextOrNull(0),
        Picture = row.TextOrNull(1),
        Locale = row.TextOrNull(2),
        Data = row.TextOrNull(3),
    };
}
