using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The answer of <c>GET /me</c>. A claim can occur several times: each name has a list of values.</summary>
sealed record OwnAccount(
    Guid Id, string? Email, bool EmailVerified, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, string[]>? Claims,
    DateTimeOffset CreatedAt, OwnTerms? Terms, string? Username);

/// <summary>The terms that are in force, and what the caller has accepted last.</summary>
sealed record OwnTerms(bool Due, string Version, string Url, string? PrivacyUrl, string? AcceptedVersion, DateTimeOffset? AcceptedAt);

/// <summary><c>GET /me</c>: the caller's account.</summary>
sealed class ShowAccount(AccountOperations accounts, ServiceTerms terms)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (await accounts.FindAsync(context.Caller().AccountId, context.RequestAborted) is not { } account)
            return Problems.SessionRevoked;

        var claims = account.Claims.Custom.Count == 0 ? null : account.Claims.CustomByName();
        var answer = new OwnAccount(account.Id, account.Email, account.IsEmailVerified, account.Claims.Roles, claims, account.CreatedAt, Of(account), account.Username);
        await context.Response.WriteAsJsonAsync(answer, AccountsJson.Default.OwnAccount);
        return null;
    }

    OwnTerms? Of(Account account) => terms.Version is { } version
        ? new OwnTerms(
            terms.AreDue(account), version, terms.Settings.Url!, terms.Settings.PrivacyUrl, account.Terms?.Version, account.Terms?.At)
        : null;
}
