namespace Handstamp.Storage.Sqlite.Accounts.SecondFactors;

/// <summary>The statements of the second factors.</summary>
static class SecondFactorSql
{
    /// <summary>
    /// Whether the account has a second factor other than <c>@id</c>: the one place that lists the kinds. Recovery codes are none.
    /// </summary>
    public const string HasOther = """
        (EXISTS (SELECT 1 FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL AND id IS NOT @id)
          OR EXISTS (SELECT 1 FROM passkeys WHERE account_id = @account AND is_second_factor = 1 AND id IS NOT @id))
        """;

    public const string AddPending = """
        INSERT INTO totp_apps (id, account_id, sealed, created_at, last_step)
        SELECT @id, @account, @sealed, @created_at, @last_step WHERE EXISTS (SELECT 1 FROM accounts WHERE id = @account)
        ON CONFLICT (account_id) WHERE confirmed_at IS NULL DO UPDATE SET
          id = excluded.id, sealed = excluded.sealed, created_at = excluded.created_at, last_step = excluded.last_step
        """;

    public const string AddConfirmed = """
        INSERT INTO totp_apps (id, account_id, name, sealed, created_at, confirmed_at, last_used_at, last_step)
        VALUES (@id, @account, @name, @sealed, @created_at, @created_at, @last_used_at, @last_step)
        """;

    public const string FindPending =
        $"SELECT {Columns} FROM totp_apps WHERE account_id = @account AND confirmed_at IS NULL AND created_at > @since";

    public const string Confirm = """
        UPDATE totp_apps SET confirmed_at = @now, last_used_at = @now, last_step = @step, name = @name
        WHERE id = @id AND account_id = @account AND confirmed_at IS NULL
          AND (SELECT count(*) FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL) < @most
        """;

    public const string IsPending = "SELECT 1 FROM totp_apps WHERE id = @id AND account_id = @account AND confirmed_at IS NULL";

    public const string List =
        $"SELECT {Columns} FROM totp_apps WHERE account_id = @account AND confirmed_at IS NOT NULL ORDER BY created_at, id";

    public const string Use = """
        UPDATE totp_apps SET last_step = @step, last_used_at = @now
        WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL AND last_step < @step
        """;

    public const string CountCodes = "SELECT count(*) FROM recovery_codes WHERE account_id = @account";

    public const string ListCodes = "SELECT mac, sealed FROM recovery_codes WHERE account_id = @account ORDER BY mac";

    public const string AddCode = "INSERT INTO recovery_codes (account_id, mac, sealed) VALUES (@account, @mac, @sealed)";

    public const string UseCode = "DELETE FROM recovery_codes WHERE account_id = @account AND mac = @mac";

    public const string ForgetCodes = "DELETE FROM recovery_codes WHERE account_id = @account";

    public const string HasAny = $"SELECT 1 WHERE {HasOther}";

    public const string Remove = $"""
        DELETE FROM totp_apps
        WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL AND (@keeps_one = 0 OR {HasOther})
        """;

    public const string Exists = "SELECT 1 FROM totp_apps WHERE id = @id AND account_id = @account AND confirmed_at IS NOT NULL";

    public const string ForgetCodesOfNothing = $"DELETE FROM recovery_codes WHERE account_id = @account AND NOT {HasOther}";

    public const string Reset = "DELETE FROM totp_apps WHERE account_id = @account";

    public const string BeginGrace = """
        INSERT INTO second_factor_grace (account_id, began_at) VALUES (@account, @now) ON CONFLICT (account_id) DO NOTHING
        """;

    public const string EndGrace = "DELETE FROM second_factor_grace WHERE account_id = @account";

    public const string Grace = "SELECT began_at FROM second_factor_grace WHERE account_id = @account";

    const string Columns = "id, account_id, name, sealed, created_at, last_used_at, last_step";
}
