using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Secrets;
using Handstamp.Storage.Sqlite.Audit;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>How addresses are proved and replaced. There is one writer, so what was checked first still holds at the end.</summary>
sealed partial class SqliteAccountStore
{
    const string IsUnchanged = "SELECT 1 FROM accounts WHERE id = @id AND security_stamp = @stamp AND disabled_at IS NULL";

    const string IsSecret = "id = @secret AND purpose = @purpose AND hash = @hash AND expires_at > @now AND subject = @id";

    const string FindSecret = $"SELECT 1 FROM secrets WHERE {IsSecret}";

    const string Spend = $"DELETE FROM secrets WHERE {IsSecret}";

    const string FindProof = "SELECT verified_at FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id = @id";

    const string HasProved = "SELECT 1 FROM identifiers WHERE account_id = @id AND kind = @kind AND verified_at IS NOT NULL LIMIT 1";

    // Who has set the password may also have asked for the deletion.
    const string TakePassword =
        "UPDATE accounts SET password_hash = NULL, security_stamp = @security_stamp, delete_at = NULL WHERE id = @id";

    const string ForgetWishes =
        "UPDATE accounts SET delete_at = NULL, terms_version = NULL, terms_accepted_at = NULL WHERE id = @id";

    const string Replace = """
        UPDATE identifiers SET canonical = @to, value = @value, verified_at = @now
        WHERE kind = @kind AND canonical = @canonical AND account_id = @id
        """;

    const string Release = "DELETE FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id <> @id AND verified_at IS NULL";

    const string FindElsewhere =
        "SELECT 1 FROM identifiers WHERE kind = @kind AND canonical = @canonical AND account_id <> @id AND verified_at IS NOT NULL";

    const string DropEmails = "DELETE FROM identifiers WHERE kind = @kind AND account_id = @id";

    const string ForgetLaterSecrets =
        "DELETE FROM secrets WHERE subject = @id AND (purpose <> @purpose OR expires_at >= @expires_at)";

    public Task<ProvedEmail?> TryProveEmailAsync(EmailProof proof, Event verified) =>
        storage.Writer.RunAllAsync((proof, verified), static ProvedEmail? (database, asked) =>
        {
            var (proof, verified) = (asked.proof, asked.verified);
            if (!IsAsItWas(database, proof.AccountId, proof.SecurityStamp)) return null;
            var (isOwn, isProved) = FindProofOf(database, proof.AccountId, proof.Email);
            if (!isOwn) return null;
            var isFirst = !HasProvedEmail(database, proof.AccountId);
            if (!isProved && !isFirst) return null;
            if (proof.Secret is { } secret && !IsSpent(database, proof.AccountId, secret, verified.At)) return null;
            ForgetSecretsOf(database, proof.AccountId, proof.Spent);
            if (isProved) return new ProvedEmail(proof.SecurityStamp, []);

            using var verify = BindEmail(database.Use(Verify), proof.Email).Bind("@now", verified.At);
            verify.Run();
            if (!proof.ByStranger) return new ProvedEmail(proof.SecurityStamp, [SqliteEventStore.Add(database, verified)]);
            var stamp = TakePasswordOf(database, proof.AccountId);
            ForgetAllOf(database, proof.AccountId);
            return new ProvedEmail(
                stamp, EndAll(database, proof.AccountId, EndReason.PasswordChanged, verified with { Outcome = ProvedEmail.First }));
        });

    public Task<EmailChanged> TryChangeEmailAsync(EmailChange change, Event changed) =>
        storage.Writer.RunAllAsync((change, changed), static EmailChanged (database, asked) =>
        {
            var (change, changed) = (asked.change, asked.changed);
            if (!IsAsItWas(database, change.AccountId, change.SecurityStamp)
                || !FindProofOf(database, change.AccountId, change.From).IsOwn
                || !Holds(database, change.AccountId, change.Secret, changed.At))
                return EmailChanged.Invalid;
            if (change.To.Canonical != change.From && Exists(database, change.To)) return EmailChanged.Taken;

            IsSpent(database, change.AccountId, change.Secret, changed.At);
            ForgetSecretsOf(database, change.AccountId, change.Spent);
            using var replace = BindEmail(database.Use(Replace), change.From)
                .Bind("@id", change.AccountId)
                .Bind("@to", change.To.Canonical)
                .Bind("@value", change.To.Value)
                .Bind("@now", changed.At);
            replace.Run();
            return new EmailChanged(EmailChangeResult.Changed, [SqliteEventStore.Add(database, changed)]);
        });

    public Task<IReadOnlyList<Event>> TryUndoEmailChangeAsync(EmailUndo undo, Event undone) =>
        storage.Writer.RunAllAsync((undo, undone), static IReadOnlyList<Event> (database, asked) =>
        {
            var (undo, undone) = (asked.undo, asked.undone);
            using var select = database.Use(Find).Bind("@id", undo.AccountId);
            if (!select.Step() || !Holds(database, undo.AccountId, undo.Secret, undone.At)) return [];
            var account = Read(select);
            if (IsProvedElsewhere(database, undo)) return [];

            using var release = BindEmail(database.Use(Release), undo.Former.Canonical).Bind("@id", undo.AccountId);
            release.Run();
            using var drop = database.Use(DropEmails).Bind("@kind", (long)IdentifierKind.Email).Bind("@id", undo.AccountId);
            drop.Run();
            Insert(database, undo.Former with { VerifiedAt = undone.At }, account);
            TakePasswordOf(database, undo.AccountId);
            Credentials.ForgetSince(database, undo.AccountId, undo.Since);
            using var forget = database.Use(ForgetLaterSecrets)
                .Bind("@id", undo.AccountId)
                .Bind("@purpose", undo.Secret.Purpose)
                .Bind("@expires_at", undo.ExpiresAt);
            forget.Run();
            return EndAll(database, undo.AccountId, EndReason.PasswordChanged, undone);
        });

    static bool IsAsItWas(Connection database, Guid id, string stamp)
    {
        using var select = database.Use(IsUnchanged).Bind("@id", id).Bind("@stamp", stamp);
        return select.Step();
    }

    static (bool IsOwn, bool IsProved) FindProofOf(Connection database, Guid id, string canonical)
    {
        using var select = BindEmail(database.Use(FindProof), canonical).Bind("@id", id);
        return select.Step() ? (true, !select.IsNull(0)) : (false, false);
    }

    static bool HasProvedEmail(Connection database, Guid id)
    {
        using var select = database.Use(HasProved).Bind("@id", id).Bind("@kind", (long)IdentifierKind.Email);
        return select.Step();
    }

    static bool Holds(Connection database, Guid id, SecretKey secret, DateTimeOffset now)
    {
        using var select = Bind(database.Use(FindSecret), id, secret, now);
        return select.Step();
    }

    static bool IsSpent(Connection database, Guid id, SecretKey secret, DateTimeOffset now)
    {
        using var delete = Bind(database.Use(Spend), id, secret, now);
        return delete.Run() == 1;
    }

    static bool IsProvedElsewhere(Connection database, EmailUndo undo)
    {
        using var select = BindEmail(database.Use(FindElsewhere), undo.Former.Canonical).Bind("@id", undo.AccountId);
        return select.Step();
    }

    static Statement Bind(Statement statement, Guid id, SecretKey secret, DateTimeOffset now) => statement
        .Bind("@id", id)
        .Bind("@secret", secret.Id)
        .Bind("@purpose", secret.Purpose)
        .Bind("@hash", secret.Hash)
        .Bind("@now", now);

    static void ForgetSecretsOf(Connection database, Guid id, IReadOnlyList<string> purposes)
    {
        foreach (var purpose in purposes)
        {
            using var forget = database.Use(ForgetSecrets).Bind("@id", id).Bind("@purpose", purpose);
            forget.Run();
        }
    }

    /// <summary>What was set before the first proof may be a stranger's: also the profile, the acceptance of the terms, and the request for deletion.</summary>
    static void ForgetAllOf(Connection database, Guid id)
    {
        Credentials.Forget(database, id);
        foreach (var sql in new[] { ForgetProfile, ForgetWishes })
        {
            using var forget = database.Use(sql).Bind("@id", id);
            forget.Run();
        }
    }

    static string TakePasswordOf(Connection database, Guid id)
    {
        var stamp = Account.NewStamp();
        using var update = database.Use(TakePassword).Bind("@id", id).Bind("@security_stamp", stamp);
        update.Run();
        return stamp;
    }
}
