using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>There is one writer, so what was checked first still holds at the end.</summary>
sealed class SqliteInvitationStore(SqliteStorage storage) : IInvitationStore
{
    const string Select = "SELECT id, canonical, value, claims, created_at, expires_at FROM invitations";

    const string Find = $"{Select} WHERE canonical = @canonical AND expires_at > @now";

    const string FindById = $"{Select} WHERE id = @id AND expires_at > @now";

    const string List = $"{Select} WHERE canonical > coalesce(@after, '') AND expires_at > @now ORDER BY canonical LIMIT @limit";

    // Also those that have expired: only operators add rows, and each of them cleans up.
    const string IsOld = "canonical = @canonical OR expires_at <= @now";

    const string ForgetOldSecrets = $"DELETE FROM secrets WHERE subject IN (SELECT id FROM invitations WHERE {IsOld})";

    const string ForgetOld = $"DELETE FROM invitations WHERE {IsOld}";

    const string Add = """
        INSERT INTO invitations (id, canonical, value, claims, created_at, expires_at)
        VALUES (@id, @canonical, @value, @claims, @created_at, @expires_at)
        """;

    const string Withdraw = "DELETE FROM invitations WHERE id = @id AND expires_at > @now";

    const string IsValid = """
        SELECT 1 FROM invitations JOIN secrets ON secrets.subject = invitations.id
        WHERE invitations.id = @id AND canonical = @canonical AND invitations.expires_at > @now
          AND secrets.id = @secret AND purpose = @purpose AND hash = @hash AND secrets.expires_at > @now
        """;

    const string Remove = "DELETE FROM invitations WHERE id = @id";

    const string ForgetSecrets = "DELETE FROM secrets WHERE subject = @id";

    public Task<bool> TryAddAsync(Invitation invitation, Event added) =>
        storage.Writer.RunAllAsync((invitation, added), static (database, one) =>
        {
            var (invitation, now) = (one.invitation, one.added.At);
            using var taken = database.Use(SqliteAccountStore.IsTaken).Bind("@kind", (long)invitation.Email.Kind).Bind("@canonical", invitation.Email.Canonical);
            if (taken.Step()) return false;
            foreach (var sql in new[] { ForgetOldSecrets, ForgetOld })
            {
                using var forget = database.Use(sql).Bind("@canonical", invitation.Email.Canonical).Bind("@now", now);
                forget.Run();
            }
            Insert(database, invitation);
            SqliteEventStore.Add(database, one.added);
            return true;
        });

    public Task<Invitation?> FindAsync(string canonical, DateTimeOffset now, CancellationToken cancel) =>
        storage.Readers.ReadAsync((canonical, now), static (database, asked) =>
        {
            using var select = database.Use(Find).Bind("@canonical", asked.canonical).Bind("@now", asked.now);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<Invitation?> FindAsync(Guid id, DateTimeOffset now, CancellationToken cancel) =>
        storage.Readers.ReadAsync((id, now), static (database, asked) =>
        {
            using var select = database.Use(FindById).Bind("@id", asked.id).Bind("@now", asked.now);
            return select.Step() ? Read(select) : null;
        }, cancel);

    public Task<IReadOnlyList<Invitation>> ListAsync(string? after, int limit, DateTimeOffset now, CancellationToken cancel) =>
        storage.Readers.ReadAsync((after, limit, now), static (database, asked) =>
        {
            using var select = database.Use(List).Bind("@after", asked.after).Bind("@limit", asked.limit).Bind("@now", asked.now);
            return select.ReadAll(Read);
        }, cancel);

    public Task<bool> TryWithdrawAsync(Guid id, Event withdrawn) =>
        storage.Writer.RunAllAsync((id, withdrawn), static (database, asked) =>
        {
            using var delete = database.Use(Withdraw).Bind("@id", asked.id).Bind("@now", asked.withdrawn.At);
            if (delete.Run() == 0) return false;
            Forget(database, ForgetSecrets, asked.id);
            SqliteEventStore.Add(database, asked.withdrawn);
            return true;
        });

    public Task<InvitationAcceptance> TryAcceptAsync(Guid id, SecretKey secret, Account account, Event added) =>
        storage.Writer.RunAllAsync((id, secret, account, added), static (database, asked) =>
        {
            using var valid = database.Use(IsValid)
                .Bind("@id", asked.id)
                .Bind("@canonical", asked.account.Identifiers[0].Canonical)
                .Bind("@now", asked.added.At)
                .Bind("@secret", asked.secret.Id)
                .Bind("@purpose", asked.secret.Purpose)
                .Bind("@hash", asked.secret.Hash);
            if (!valid.Step()) return InvitationAcceptance.Invalid;
            if (!SqliteAccountStore.TryAdd(database, asked.account, asked.added)) return InvitationAcceptance.Taken;
            Forget(database, Remove, asked.id);
            Forget(database, ForgetSecrets, asked.id);
            return InvitationAcceptance.Accepted;
        });

    static void Forget(Connection database, string sql, Guid id)
    {
        using var delete = database.Use(sql).Bind("@id", id);
        delete.Run();
    }

    static void Insert(Connection database, Invitation invitation)
    {
        using var insert = database.Use(Add)
            .Bind("@id", invitation.Id)
            .Bind("@canonical", invitation.Email.Canonical)
            .Bind("@value", invitation.Email.Value)
            .Bind("@claims", invitation.Claims.ToJson())
            .Bind("@created_at", invitation.CreatedAt)
            .Bind("@expires_at", invitation.ExpiresAt);
        insert.Run();
    }

    static Invitation Read(Statement row) => new()
    {
        Id = row.Id(0),
        Email = new Identifier(IdentifierKind.Email, row.Text(1), row.Text(2)),
        Claims = AccountClaims.FromJson(row.TextOrNull(3)),
        CreatedAt = row.Time(4),
        ExpiresAt = row.Time(5),
    };
}
