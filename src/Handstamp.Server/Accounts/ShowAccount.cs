using System.Text.Json;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The answer of <c>GET /me</c>. A claim can occur several times: each name has a list of values. The profile is what the person
/// says, and the data is the app's: neither is in a token.
/// </summary>
sealed record OwnAccount(
    Guid Id, string? Email, bool EmailVerified, IReadOnlyList<string> Roles, IReadOnlyDictionary<string, string[]>? Claims,
    DateTimeOffset CreatedAt, string? Name, string? Picture, string? Locale, JsonElement? Data, OwnTerms? Terms, string? Username)
{
    public static OwnAccount Of(Account account, Profile profile, ServiceTerms terms) => new(
        account.Id, account.Email, account.IsEmailVerified, account.Claims.Roles,
        account.Claims.Custom.Count == 0 ? null : account.Claims.CustomByName(), account.CreatedAt,
        profile.Name, profile.Picture, profile.Locale,
        profile.Data is { } data ? JsonSerializer.Deserialize(data, AccountsJson.Default.JsonElement) : null,
        OwnTerms.Of(account, terms), account.Username);
}

/// <summary>The terms that are in force, and what the caller has accepted last.</summary>
sealed record OwnTerms(bool Due, string Version, string Url, string? PrivacyUrl, string? AcceptedVersion, DateTimeOffset? AcceptedAt)
{
    public static OwnTerms? Of(Account account, ServiceTerms terms) => terms.Version is { } version
        ? new OwnTerms(
            terms.AreDue(account), version, terms.Settings.Url!, terms.Settings.PrivacyUrl, account.Terms?.Version, account.Terms?.At)
        : null;
}

/// <summary><c>GET /me</c>: the caller's account.</summary>
sealed class ShowAccount(AccountOperations accounts, ProfileOperations profiles, ServiceTerms terms)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context) =>
        await WriteAsync(context, await profiles.FindAsync(context.Caller().AccountId, context.RequestAborted));

    /// <summary>The answer with a profile that is known.</summary>
    public async ValueTask<Refusal?> WriteAsync(HttpContext context, Profile profile)
    {
        if (await accounts.FindAsync(context.Caller().AccountId, context.RequestAborted) is not { } account)
            return Problems.SessionRevoked;
        await context.Response.WriteAsJsonAsync(OwnAccount.Of(account, profile, terms), AccountsJson.Default.OwnAccount);
        return null;
    }
}
