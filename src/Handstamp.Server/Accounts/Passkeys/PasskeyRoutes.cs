using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The body of <c>POST /passkeys/options</c>.</summary>
sealed class BeginPasskeyRequest
{
    /// <summary>True for a passkey that the browser makes by itself after a login with a password (mediation "conditional").</summary>
    public bool? Conditional { get; init; }
}

/// <summary>The body of <c>POST /passkeys</c>.</summary>
sealed class AddPasskeyRequest
{
    /// <summary>From the answer of <c>POST /passkeys/options</c>.</summary>
    public required string Ceremony { get; init; }

    /// <summary>What the browser has returned.</summary>
    public required JsonElement Credential { get; init; }

    public string? Name { get; init; }
}

/// <summary>The body of <c>PATCH /passkeys/{id}</c>.</summary>
sealed class RenamePasskeyRequest
{
    /// <summary>Null removes the name.</summary>
    public required string? Name { get; init; }
}

sealed record PasskeyList(IReadOnlyList<PasskeyItem> Passkeys, AcceptedCredentials Signal);

sealed record PasskeyItem(
    Guid Id, string? Name, bool Synced, bool BackedUp, bool SecondFactor, IReadOnlyList<string> Transports, Guid? Aaguid,
    DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    public static PasskeyItem Of(Passkey passkey) => new(
        passkey.Id, passkey.Name, passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor, passkey.Transports,
        passkey.Aaguid == Guid.Empty ? null : passkey.Aaguid, passkey.CreatedAt, passkey.LastUsedAt);
}

/// <summary>
/// What <c>PublicKeyCredential.signalAllAcceptedCredentials</c> takes, with the names of WebAuthn. It is always the whole list:
/// a password manager deletes what is missing from it.
/// </summary>
sealed record AcceptedCredentials(
    [property: JsonPropertyName("rpId")] string RpId,
    [property: JsonPropertyName("userId")] string UserId,
    [property: JsonPropertyName("allAcceptedCredentialIds")] IReadOnlyList<string> AllAcceptedCredentialIds);

/// <summary>The account's own passkeys.</summary>
sealed class PasskeyRoutes(PasskeyOperations passkeys, RelyingParty party)
{
    static readonly Refusal NotAfterAPassword = new(
        Problems.InvalidRequest, "The member 'conditional' can be true only after a login with a password.");

    public async ValueTask<Refusal?> BeginAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(PasskeysJson.Default.BeginPasskeyRequest)).Has(out var request, out var refusal)) return refusal;
        var caller = context.Caller();
        var conditional = request.Conditional is true;
        if (conditional && !caller.HasGivenPassword) return NotAfterAPassword;
        if (!(await passkeys.BeginAsync(caller.AccountId, conditional, context.RequestAborted)).Has(out var begun, out refusal)) return refusal;
        await CeremonyAnswer.WriteAsync(context, begun.Ticket, begun.OptionsJson);
        return null;
    }

    public async ValueTask<Refusal?> AddAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(PasskeysJson.Default.AddPasskeyRequest)).Has(out var request, out var refusal)) return refusal;
        var added = await passkeys.AddAsync(
            context.Caller().AccountId, request.Ceremony, request.Credential.GetRawText(), request.Name, Origin.Of(context),
            context.RequestAborted);
        if (!added.Has(out var passkey, out refusal)) return refusal;
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(PasskeyItem.Of(passkey), PasskeysJson.Default.PasskeyItem);
        return null;
    }

    public async ValueTask<Refusal?> ListAsync(HttpContext context)
    {
        var accountId = context.Caller().AccountId;
        var listed = await passkeys.ListAsync(accountId, context.RequestAborted);
        var answer = new PasskeyList([.. listed.Select(PasskeyItem.Of)], party.Signal(accountId, listed));
        await context.Response.WriteAsJsonAsync(answer, PasskeysJson.Default.PasskeyList);
        return null;
    }

    public async ValueTask<Refusal?> RenameAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(PasskeysJson.Default.RenamePasskeyRequest)).Has(out var request, out var refusal)) return refusal;
        return await passkeys.RenameAsync(IdOf(context), context.Caller().AccountId, request.Name, Origin.Of(context)) ?? Done(context);
    }

    public async ValueTask<Refusal?> RemoveAsync(HttpContext context) =>
        await passkeys.RemoveAsync(IdOf(context), context.Caller().AccountId, Origin.Of(context)) ?? Done(context);

    static Refusal? Done(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    static Guid? IdOf(HttpContext context) =>
        Guid.TryParseExact(context.GetRouteValue("id") as string, "D", out var id) ? id : null;
}
