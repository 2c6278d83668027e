using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// Who accepts an invitation deletes its row first: of several at the same moment, the others wait for that, and no longer find it.
/// </summary>
sealed class PostgresInvitationStore(PostgresStorage storage) : IInvitationStore
{
    const string Select = "SELECT id, canonical, value, claims, created_at, expires_at FROM invitations";

    static readonly Sql Find = new($"{Select} WHERE canonical = @canonical AND expires_at > @now");

    static readonly Sql FindById = new($"{Select} WHERE id = @id AND expires_at > @now");

    static readonly Sql List = new($"{Select} WHERE canonical > coalesce(@after, '') AND expires_at > @now ORDER BY canonical LIMIT @limit");

    // Also those that have expired: only operators add rows, and each of them cleans up.
    const string IsOld = "(canonical = @canonical OR expires_at <= @now)";

    static readonly Sql ForgetOldSecrets = new($"DELETE FROM secrets WHERE subject IN (SELECT id FROM invitations WHERE {IsOld})");

    static readonly Sql ForgetOld = new($"DELETE FROM invitations WHERE {IsOld} AND canonical <> @canonical");

    // Of two at the same moment, the second one replaces what the first one has added.
    static readonly Sql Add = new("""
        INSERT INTO invitations (id, canonical, value, claims, created_at, expires_at)
        SELECT @id, @canonical, @value, @claims, @created_at, @expires_at
        WHERE NOT EXISTS (SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical)
        ON CONFLICT (canonical) DO UPDATE SET id = excluded.id, value = excluded.value, claims = excluded.claims,
          created_at = excluded.created_at, expires_at = excluded.expires_at
        """);

    static readonly Sql Withdraw = new("DELETE FROM invitations WHERE id = @id AND expires_at > @now");

    static readonly Sql Take = new("""
        DELETE FROM invitations WHERE id = @id AND canonical = @canonical AND expires_at > @now
          AND EXISTS (SELECT 1 FROM secrets WHERE secrets.id = @secret AND subject = @id AND purpose = @purpose AND hash = @hash
            AND secrets.expires_at > @now)
        """);

    static readonly Sql ForgetSecrets = new("DELETE FROM secrets WHERE subject = @id");

    public Task<bool> TryAddAsync(Invitation invitation, Event added) =>
        storage.Database.TransactAsync((invitation, added), static async (connection, one) =>
        {
            var (invitation, now) = (one.invitation, one.added.At);
            foreach (var sql in new[] { ForgetOldSecrets, ForgetOld })
                await sql.Call().Bind("@canonical", invitation.Email.Canonical).Bind("@now", now).RunAsync(connection);
            if (await Bind(invitation).RunAsync(connection) == 0) return false;
            await PostgresEventStore.AddAsync(connection, one.added);
            return true;
        }, kept: static added => added);

    public Task<Invitation?> FindAsync(string canonical, DateTimeOffset now, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, Find.Call().Bind("@canonical", canonical).Bind("@now", now), Read);

    public Task<Invitation?> FindAsync(Guid id, DateTimeOffset now, CancellationToken cancel) =>
        storage.Database.FindAsync(Work.Read, FindById.Call().Bind("@id", id).Bind("@now", now), Read);

    public Task<IReadOnlyList<Invitation>> ListAsync(string? after, int limit, DateTimeOffset now, CancellationToken cancel) =>
        storage.Database.ReadAllAsync(List.Call().Bind("@after", after).Bind("@limit", limit).Bind("@now", now), Read);

    public Task<bool> TryWithdrawAsync(Guid id, Event withdrawn) =>
        storage.Database.TransactAsync((id, withdrawn), static async (connection, asked) =>
        {
            var delete = Withdraw.Call().Bind("@id", asked.id).Bind("@now", asked.withdrawn.At);
            if (await delete.RunAsync(connection) == 0) return false;
            await ForgetSecrets.Call().Bind("@id", asked.id).RunAsync(connection);
            await PostgresEventStore.AddAsync(connection, asked.withdrawn);
            return true;
        }, kept: static done => done);

    public Task<InvitationAcceptance> TryAcceptAsync(Guid id, SecretKey secret, Account account, Event added) =>
        storage.Database.TransactAsync((id, secret, account, added), static async (connection, asked) =>
        {
            var take = Take.Call()
                .Bind("@id", asked.id)
                .Bind("@canonical", asked.account.Identifiers[0].Canonical)
                .Bind("@now", asked.added.At)
                .Bind("@secret", asked.secret.Id)
                .Bind("@purpose", asked.secret.Purpose)
                .Bind("@hash", asked.secret.Hash);
            if (await take.RunAsync(connection) == 0) return InvitationAcceptance.Invalid;
            if (!await PostgresAccountStore.TryAddAsync(connection, asked.account, asked.added)) return InvitationAcceptance.Taken;
            await ForgetSecrets.Call().Bind("@id", asked.id).RunAsync(connection);
            return InvitationAcceptance.Accepted;
        }, kept: static acceptance => acceptance == InvitationAcceptance.Accepted);

    static Call Bind(Invitation invitation) => Add.Call()
        .Bind("@id", invitation.Id)
        .Bind("@kind", (int)invitation.Email.Kind)
        .Bind("@canonical", invitation.Email.Canonical)
        .Bind("@value", invitation.Email.Value)
        .Bind("@claims", invitation.Claims.ToJson())
        .Bind("@created_at", invitation.CreatedAt)
        .Bind("@expires_at", invitation.ExpiresAt);

    static Invitation Read(Row row) => new()
    {
        Id = row.Id(0),
        Email = new Identifier(IdentifierKind.Email, row.Text(1), row.Text(2)),
        Claims = AccountClaims.FromJson(row.TextOrNull(3)),
        CreatedAt = row.Time(4),
        ExpiresAt = row.Time(5),
    };
}
