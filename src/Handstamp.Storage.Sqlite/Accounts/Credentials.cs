using Handstamp.Storage.Sqlite.Accounts.SecondFactors;
using Handstamp.Storage.Sqlite.Engine;

namespace Handstamp.Storage.Sqlite.Accounts;

/// <summary>
/// Everything with which somebody can log in to an account, or soon could, apart from the password in its own row. One
/// place lists it: what is added to an account is forgotten with the account, and when its address is proved for the first
/// time by a person who has not set it.
/// </summary>
static class Credentials
{
    static readonly string[] Statements =
    [
        "DELETE FROM secrets WHERE subject = @id",
        "DELETE FROM passkeys WHERE account_id = @id",
        "DELETE FROM external_logins WHERE account_id = @id",
    ];

    static readonly string[] StatementsSince =
    [
        "DELETE FROM passkeys WHERE account_id = @id AND created_at >= @since",
        "DELETE FROM external_logins WHERE account_id = @id AND created_at >= @since",
        "DELETE FROM totp_apps WHERE account_id = @id AND created_at >= @since",
    ];

    /// <summary>Deletes the ways to log in that were added since then, inside the caller's transaction.</summary>
    public static void ForgetSince(Connection database, Guid accountId, DateTimeOffset since)
    {
        foreach (var sql in StatementsSince)
        {
            using var delete = database.Use(sql).Bind("@id", accountId).Bind("@since", since);
            delete.Run();
        }
    }

    /// <summary>Deletes them, inside the caller's transaction.</summary>
    public static void Forget(Connection database, Guid accountId)
    {
        foreach (var sql in Statements)
        {
            using var delete = database.Use(sql).Bind("@id", accountId);
            delete.Run();
        }
        SqliteSecondFactorStore.Forget(database, accountId);
    }
}
