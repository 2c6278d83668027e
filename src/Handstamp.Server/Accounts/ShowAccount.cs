using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The answer of <c>GET /me</c>. A claim can occur several times: each name has a list of values.</summary>
sealed record OwnAccount(
    Guid Id, string? Email, bool EmailVerified, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, string[]>? Claims,
    DateTimeOffset CreatedAt);

/// <summary><c>GET /me</c>: the caller's account.</summary>
sealed class ShowAccount(AccountOperations accounts)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (await accounts.FindAsync(context.Caller().AccountId, context.RequestAborted) is not { } account)
            return Problems.SessionRevoked;

        var claims = account.Claims.Custom.Count == 0 ? null : account.Claims.CustomByName();
        var answer = new OwnAccount(account.Id, account.Email, account.IsEmailVerified, account.Claims.Roles, claims, account.CreatedAt);
        await context.Response.WriteAsJsonAsync(answer, AccountsJson.Default.OwnAccount);
        return null;
    }
}
