using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>
/// The body of <c>POST /mfa/totp/confirm</c>. A class and not a record: its text must not show the code.
/// </summary>
sealed class ConfirmTotpRequest
{
    public required string Code { get; init; }

    /// <summary>A name for the app in the list.</summary>
    public string? Name { get; init; }
}

/// <summary>The answer of <c>GET /mfa</c>.</summary>
/// <param name="Factors">The authenticator apps, the oldest first.</param>
/// <param name="RecoveryCodes">How many are left.</param>
/// <param name="Required">Whether the account needs a second factor.</param>
sealed record FactorList(IReadOnlyList<FactorItem> Factors, int RecoveryCodes, bool Required);

sealed record FactorItem(Guid Id, string Kind, string? Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>The routes of the account's own second factors, under <c>/mfa</c>.</summary>
sealed class SecondFactorRoutes(SecondFactorOperations factors, SecondFactorRule rule, AccountOperations accounts)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mfa", ListAsync).RequireFirstParty();
        routes.MapDelete("/mfa/{id}", RemoveAsync).RequireRecentLogin();
        routes.MapPost("/mfa/totp", BeginTotpAsync).RequireRecentLogin();
        routes.MapPost("/mfa/totp/confirm", ConfirmTotpAsync).RequireRecentLogin();
        routes.MapPost("/mfa/recovery-codes", RenewCodesAsync).RequireRecentLogin();
    }

    async ValueTask<Refusal?> ListAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } account) return Problems.SessionRevoked;
        await context.Response.WriteAsJsonAsync(await ListAsync(account, context.RequestAborted), SecondFactorJson.Default.FactorList);
        return null;
    }

    /// <summary>The account's factors, without their secrets.</summary>
    public async Task<FactorList> ListAsync(Account account, CancellationToken cancel)
    {
        var apps = await factors.ListAsync(account.Id, cancel);
        var items = apps.Select(app => new FactorItem(app.Id, SecondFactorKinds.Totp, app.Name, app.CreatedAt, app.LastUsedAt));
        return new FactorList([.. items], await factors.CountCodesAsync(account.Id, cancel), rule.AppliesTo(account));
    }

    async ValueTask<Refusal?> RemoveAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } account) return Problems.SessionRevoked;
        if (!Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id)) return Problems.FactorNotFound;
        if (await factors.RemoveAsync(account, id, Origin.Of(context)) is { } refusal) return refusal;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    async ValueTask<Refusal?> BeginTotpAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } account) return Problems.SessionRevoked;
        if (!(await factors.BeginTotpAsync(account, context.RequestAborted)).Has(out var begun, out var refusal)) return refusal;
        await context.Response.WriteAsJsonAsync(begun, SecondFactorJson.Default.TotpEnrolment);
        return null;
    }

    async ValueTask<Refusal?> ConfirmTotpAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SecondFactorJson.Default.ConfirmTotpRequest)).Has(out var request, out var refusal)) return refusal;
        var confirmed = await factors.ConfirmTotpAsync(
            context.Caller().AccountId, request.Code, request.Name, withCodes: true, Origin.Of(context), context.RequestAborted);
        if (!confirmed.Has(out var app, out refusal)) return refusal;
        await context.Response.WriteAsJsonAsync(app, SecondFactorJson.Default.TotpConfirmed);
        return null;
    }

    async ValueTask<Refusal?> RenewCodesAsync(HttpContext context)
    {
        if (!(await factors.RenewCodesAsync(context.Caller().AccountId, Origin.Of(context))).Has(out var codes, out var refusal)) return refusal;
        await context.Response.WriteAsJsonAsync(codes, SecondFactorJson.Default.RecoveryCodeList);
        return null;
    }

    Task<Account?> FindAsync(HttpContext context) => accounts.FindAsync(context.Caller().AccountId, context.RequestAborted);
}
