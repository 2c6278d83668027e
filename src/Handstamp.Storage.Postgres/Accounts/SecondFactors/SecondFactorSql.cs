using Handstamp.Storage.Postgres.Audit;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Storage.Postgres.Accounts.SecondFactors;

/// <summary>The statements of the second factors.</summary>
static class SecondFactorSql
{
    /// <summary>Changes of one account's factors run one after the other, and not after the account was deleted.</summary>
    public static readonly Sql Lock = new("SELECT 1 FROM accounts WHERE id = @account FOR UPDATE");

    public static readonly Sql AddPending = new("""
        INSERT INTO totp_apps (id, account_id, sealed, created_at, last_step)
        SELECT @id, @account, @sealed, @created_at, @last_step WHERE EXISTS (SELECT 1 FROM accounts WHERE id = @account FOR SHARE)
        ON CONFLICT (account_id) WHERE confirmed_at IS NULL DO UPDATE SET
          id = excluded.id, sealed = excluded.sealed, created_at = excluded.created_at, last_step = excluded.last_step
        """);

    public static readonly Sql AddConfirmed = new("""
        INSERT INTO totp_apps (id, account_id, name, sealed, created_at, confirmed_at, last_used_at, last_step)
        VALUES (@id, @account, @name, @sealed, @created_at, @created_at, @last_used_at, @last_step)
        """);

    public static readonly Sql FindPending =
        new($"SELECT {Columns} FROM totp_apps WHERE account_id = @account AND confirmed_at IS NULL AND created_at > @since");

    public static readonly Sql Confirm = new("""
        UPDATE totp_apps SET confirmed_at = @now, last_used_at = @now, last_step = @step, name = @name
        WHERE id = @id AND account_id = @account AND confirmed_at IS NULL
          AND (SELECT count(*) FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL) < @most
        """);

    public static readonly Sql IsPending =
        new("SELECT 1 FROM totp_apps WHERE id = @id AND account_id = @account AND confirmed_at IS NULL");

    public static readonly Sql List =
        new($"SELECT {Columns} FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL ORDER BY created_at, id");

    public static readonly Sql Use = new("""
        UPDATE totp_apps SET last_step = @step, last_used_at = @now
        WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL AND last_step < @step
        """);

    public static readonly Sql CountCodes = new("SELECT count(*)::integer FROM recovery_codes WHERE account_id = @account");

    public static readonly Sql ListCodes = new("SELECT mac, sealed FROM recovery_codes WHERE account_id = @account ORDER BY mac");

    public static readonly Sql AddCode = new("INSERT INTO recovery_codes (account_id, mac, sealed) VALUES (@account, @mac, @sealed)");

    public static readonly Sql UseCode = new($"""
        WITH used AS (DELETE FROM recovery_codes WHERE account_id = @account AND mac = @mac RETURNING account_id)
        {EventSql.Insert(from: "FROM used")}
        """);

    public static readonly Sql ForgetCodes = new("DELETE FROM recovery_codes WHERE account_id = @account");

    public static readonly Sql HasAny = new($"SELECT 1 WHERE {HasOther}");

    public static readonly Sql Remove = new($"""
        DELETE FROM totp_apps
        WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL AND (@keeps_one = 0 OR {HasOther})
        """);

    public static readonly Sql Exists =
        new("SELECT 1 FROM totp_apps WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL");

    public static readonly Sql ForgetCodesOfNothing =
        new($"DELETE FROM recovery_codes WHERE account_id = @account AND NOT {HasOther}");

    public static readonly Sql Reset = new("DELETE FROM totp_apps WHERE account_id = @account");

    // If the row is there, it stays, and its time is returned.
    public static readonly Sql BeginGrace = new("""
        INSERT INTO second_factor_grace (account_id, began_at) VALUES (@account, @now)
        ON CONFLICT (account_id) DO UPDATE SET began_at = second_factor_grace.began_at
        RETURNING began_at
        """);

    public static readonly Sql EndGrace = new("DELETE FROM second_factor_grace WHERE account_id = @account");

    /// <summary>
    /// Whether the account has a second factor other than <c>@id</c>: the one place that lists the kinds. Recovery codes are none.
    /// </summary>
    public const string HasOther = """
        (EXISTS (SELECT 1 FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL AND id IS DISTINCT FROM @id)
          OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = @account AND is_second_factor = 1 AND id IS DISTINCT FROM @id))
        """;

    const string Columns = "id, account_id, name, sealed, created_at, last_used_at, last_step";
}
