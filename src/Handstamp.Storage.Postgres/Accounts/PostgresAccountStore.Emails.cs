using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// How addresses are proved and replaced. The account's row is locked first, and then the secret is spent: of several with the
/// same secret, the second waits for the first one, and no longer finds the secret.
/// </summary>
sealed partial class PostgresAccountStore
{
    static readonly Sql HoldUnchanged =
        new("SELECT 1 FROM accounts WHERE id = @id AND security_stamp = @stamp AND disabled_at IS NULL FOR NO KEY UPDATE");

    static readonly Sql Hold = new("SELECT created_at FROM accounts WHERE id = @id FOR NO KEY UPDATE");

    static readonly Sql Spend = new("""
        DELETE FROM secrets WHERE id = @secret AND purpose = @purpose AND hash = @hash AND expires_at > @now AND subject = @id
        """);

    static readonly Sql FindProof =
        new("SELECT verified_at IS NOT NULL FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id");

    static readonly Sql HasProved =
        new("SELECT 1 FROM identifiers WHERE account_id = @id AND kind = @kind AND verified_at IS NOT NULL LIMIT 1");

    // Who has set the password may also have asked for the deletion.
    static readonly Sql TakePassword = new(
        "UPDATE accounts SET password_hash = NULL, security_stamp = @security_stamp, delete_at = NULL WHERE id = @id");

    static readonly Sql ForgetWishes = new(
        "UPDATE accounts SET delete_at = NULL, terms_version = NULL, terms_accepted_at = NULL WHERE id = @id");

    // The new address is added before the old one goes: a row that another transaction has added makes this one wait.
    static readonly Sql AddEmail = new("""
        INSERT INTO identifiers (kind, canonical, value, account_id, added_at, verified_at)
        SELECT @kind, @to, @value, @id, added_at, @now FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id
        ON CONFLICT (kind, canonical) DO NOTHING
        """);

    static readonly Sql DropEmail = new("DELETE FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id");

    static readonly Sql Respell = new("""
        UPDATE identifiers SET value = @value, verified_at = @now WHERE kind = @kind AND canonical = @canonical AND account_id = @id
        """);

    static readonly Sql Release =
        new("DELETE FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id <> @id AND verified_at IS NULL");

    static readonly Sql DropEmails = new("DELETE FROM identifiers WHERE kind = @kind AND account_id = @id");

    static readonly Sql ForgetLaterSecrets =
        new("DELETE FROM secrets WHERE subject = @id AND (purpose <> @purpose OR expires_at >= @expires_at)");

    public Task<ProvedEmail?> TryProveEmailAsync(EmailProof proof, Event verified) =>
        storage.Database.TransactAsync((proof, verified), static async Task<ProvedEmail?> (connection, asked) =>
        {
            var (proof, verified) = (asked.proof, asked.verified);
            if (!await HoldAsync(connection, proof.AccountId, proof.SecurityStamp)) return null;
            if (proof.Secret is { } secret && !await IsSpentAsync(connection, proof.AccountId, secret, verified.At)) return null;
            if (await FindProofAsync(connection, proof.AccountId, proof.Email) is not { } isProved) return null;
            if (!isProved && await HasProvedEmailAsync(connection, proof.AccountId)) return null;
            await ForgetSecretsAsync(connection, proof.AccountId, proof.Spent);
            if (isProved) return new ProvedEmail(proof.SecurityStamp, []);

            await BindEmail(Verify.Call(), proof.Email).Bind("@now", verified.At).RunAsync(connection);
            if (!proof.ByStranger) return new ProvedEmail(proof.SecurityStamp, [await PostgresEventStore.AddAsync(connection, verified)]);
            var stamp = await TakePasswordAsync(connection, proof.AccountId);
            await ForgetAllAsync(connection, proof.AccountId);
            return new ProvedEmail(stamp, await EndAllAsync(
                connection, proof.AccountId, EndReason.PasswordChanged, verified with { Outcome = ProvedEmail.First }));
        }, kept: static proved => proved is not null);

    public Task<EmailChanged> TryChangeEmailAsync(EmailChange change, Event changed) =>
        storage.Database.TransactAsync((change, changed), static async Task<EmailChanged> (connection, asked) =>
        {
            var (change, changed) = (asked.change, asked.changed);
            if (!await HoldAsync(connection, change.AccountId, change.SecurityStamp)
                || !await IsSpentAsync(connection, change.AccountId, change.Secret, changed.At)
                || await FindProofAsync(connection, change.AccountId, change.From) is null)
                return EmailChanged.Invalid;
            if (change.To.Canonical == change.From)
                await BindChange(BindEmail(Respell.Call(), change.From), change, changed.At).RunAsync(connection);
            else if (await BindChange(BindEmail(AddEmail.Call(), change.From), change, changed.At)
                .Bind("@to", change.To.Canonical).RunAsync(connection) == 0)
                return EmailChanged.Taken;
            else
                await BindEmail(DropEmail.Call(), change.From).Bind("@id", change.AccountId).RunAsync(connection);
            await ForgetSecretsAsync(connection, change.AccountId, change.Spent);
            return new EmailChanged(EmailChangeResult.Changed, [await PostgresEventStore.AddAsync(connection, changed)]);
        }, kept: static outcome => outcome.Result == EmailChangeResult.Changed);

    public Task<IReadOnlyList<Event>> TryUndoEmailChangeAsync(EmailUndo undo, Event undone) =>
        storage.Database.TransactAsync((undo, undone), static async Task<IReadOnlyList<Event>> (connection, asked) =>
        {
            var (undo, undone) = (asked.undo, asked.undone);
            var (id, kind) = (undo.AccountId, (int)IdentifierKind.Email);
            if (await Hold.Call().Bind("@id", id).FindAsync(connection, static row => row.TimeOrNull(0)) is not { } createdAt
                || !await IsSpentAsync(connection, id, undo.Secret, undone.At))
                return [];

            await BindEmail(Release.Call(), undo.Former.Canonical).Bind("@id", id).RunAsync(connection);
            await DropEmails.Call().Bind("@kind", kind).Bind("@id", id).RunAsync(connection);
            var added = await Identify.Call()
                .Bind("@kind", kind)
                .Bind("@canonical", undo.Former.Canonical)
                .Bind("@value", undo.Former.Value)
                .Bind("@account", id)
                .Bind("@added_at", createdAt)
                .Bind("@verified_at", (DateTimeOffset?)undone.At)
                .RunAsync(connection);
            if (added == 0) return [];
            await TakePasswordAsync(connection, id);
            await Credentials.ForgetSinceAsync(connection, id, undo.Since);
            await ForgetLaterSecrets.Call()
                .Bind("@id", id)
                .Bind("@purpose", undo.Secret.Purpose)
                .Bind("@expires_at", undo.ExpiresAt)
                .RunAsync(connection);
            return await EndAllAsync(connection, id, EndReason.PasswordChanged, undone);
        }, kept: static events => events.Count > 0);

    static async Task<bool> HoldAsync(NpgsqlConnection connection, Guid id, string stamp) =>
        await HoldUnchanged.Call().Bind("@id", id).Bind("@stamp", stamp).FindAsync(connection, static _ => true);

    /// <summary>Whether the address is verified; null if it is not one of the account.</summary>
    static Task<bool?> FindProofAsync(NpgsqlConnection connection, Guid id, string canonical) =>
        BindEmail(FindProof.Call(), canonical).Bind("@id", id).FindAsync(connection, static row => (bool?)row.Boolean(0));

    static Task<bool> HasProvedEmailAsync(NpgsqlConnection connection, Guid id) =>
        HasProved.Call().Bind("@id", id).Bind("@kind", (int)IdentifierKind.Email).FindAsync(connection, static _ => true);

    static async Task<bool> IsSpentAsync(NpgsqlConnection connection, Guid id, SecretKey secret, DateTimeOffset now) =>
        await Spend.Call()
            .Bind("@id", id)
            .Bind("@secret", secret.Id)
            .Bind("@purpose", secret.Purpose)
            .Bind("@hash", secret.Hash)
            .Bind("@now", now)
            .RunAsync(connection) == 1;

    static async Task ForgetSecretsAsync(NpgsqlConnection connection, Guid id, IReadOnlyList<string> purposes)
    {
        foreach (var purpose in purposes) await ForgetSecrets.Call().Bind("@id", id).Bind("@purpose", purpose).RunAsync(connection);
    }

    /// <summary>What was set before the first proof may be a stranger's: also the profile, the acceptance of the terms, and the request for deletion.</summary>
    static async Task ForgetAllAsync(NpgsqlConnection connection, Guid id)
    {
        await Credentials.ForgetAsync(connection, id);
        await ForgetProfile.Call().Bind("@id", id).RunAsync(connection);
        await ForgetWishes.Call().Bind("@id", id).RunAsync(connection);
    }

    static async Task<string> TakePasswordAsync(NpgsqlConnection connection, Guid id)
    {
        var stamp = Account.NewStamp();
        await TakePassword.Call().Bind("@id", id).Bind("@security_stamp", stamp).RunAsync(connection);
        return stamp;
    }

    static Call BindChange(Call call, EmailChange change, DateTimeOffset now) => call
        .Bind("@id", change.AccountId)
        .Bind("@value", change.To.Value)
        .Bind("@now", now);
}
