using System.Text.Json;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The answer of <c>GET /me</c>. A claim can occur several times: each name has a list of values. The profile is what the person
/// says, and the data is the app's: neither is in a token.
/// </summary>
sealed record OwnAccount(
    Guid Id, string? Email, bool EmailVerified, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, string[]>? Claims,
    DateTimeOffset CreatedAt, string? Name, string? Picture, string? Locale, JsonElement? Data)
{
    public static OwnAccount Of(Account account, Profile profile) => new(
        account.Id, account.Email, account.IsEmailVerified, account.Claims.Roles,
        account.Claims.Custom.Count == 0 ? null : account.Claims.CustomByName(), account.CreatedAt,
        profile.Name, profile.Picture, profile.Locale,
        profile.Data is { } data ? JsonSerializer.Deserialize(data, AccountsJson.Default.JsonElement) : null);
}

/// <summary><c>GET /me</c>: the caller's account.</summary>
sealed class ShowAccount(AccountOperations accounts, ProfileOperations profiles)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (await accounts.FindAsync(context.Caller().AccountId, context.RequestAborted) is not { } account)
            return Problems.SessionRevoked;
        var profile = await profiles.FindAsync(account.Id, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(OwnAccount.Of(account, profile), AccountsJson.Default.OwnAccount);
        return null;
    }
}
