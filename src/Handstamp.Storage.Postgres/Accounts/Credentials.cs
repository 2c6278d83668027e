using Handstamp.Storage.Postgres.Accounts.SecondFactors;
using Handstamp.Storage.Postgres.Engine;
using Npgsql;

namespace Handstamp.Storage.Postgres.Accounts;

/// <summary>
/// Everything with which somebody can log in to an account, or soon could, apart from the password in its own row. One
/// place lists it: what is added to an account is forgotten with the account, and when its address is proved for the first
/// time by a person who has not set it.
/// </summary>
static class Credentials
{
    static readonly Sql[] Statements =
    [
        new("DELETE FROM secrets WHERE subject = @id"),
        new("DELETE FROM passkeys WHERE account_id = @id"),
        new("DELETE FROM external_logins WHERE account_id = @id"),
    ];

    static readonly Sql[] StatementsSince =
    [
        new("DELETE FROM passkeys WHERE account_id = @id AND created_at >= @since"),
        new("DELETE FROM external_logins WHERE account_id = @id AND created_at >= @since"),
        new("DELETE FROM totp_apps WHERE account_id = @id AND created_at >= @since"),
    ];

    /// <summary>Deletes the ways to log in that were added since then, inside the caller's transaction.</summary>
    public static async Task ForgetSinceAsync(NpgsqlConnection connection, Guid accountId, DateTimeOffset since)
    {
        foreach (var sql in StatementsSince)
            await sql.Call().Bind("@id", accountId).Bind("@since", since).RunAsync(connection);
    }

    /// <summary>Deletes them, inside the caller's transaction.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, Guid accountId)
    {
        foreach (var sql in Statements) await sql.Call().Bind("@id", accountId).RunAsync(connection);
        await PostgresSecondFactorStore.ForgetAsync(connection, accountId);
    }
}
