using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>
/// <c>/account/passkeys/conditional</c>: after a recent login with a password, the script of the account page lets the browser
/// make a passkey without asking. A browser that does not want to makes none, and the person notices nothing.
/// </summary>
sealed class ConditionalPasskeyPage(FormGate gate, PasskeyOperations passkeys, RelyingParty party, ICallerGate callers, PageWriter pages)
{
    /// <summary>Whether the page of this person asks for one.</summary>
    public bool IsFor(Caller caller) => party.IsDomain && caller.HasGivenPassword && callers.RefuseOldLogin(caller) is null;

    public async Task BeginAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } sent) return;
        if ((await passkeys.BeginAsync(sent.Caller.AccountId, conditional: true, context.RequestAborted)).Has(out var begun, out var refusal))
            await CeremonyAnswer.WriteAsync(context, begun.Ticket, begun.OptionsJson);
        else await pages.RefuseAsync(context, refusal);
    }

    public async Task AddAsync(HttpContext context)
    {
        if (await ReadAsync(context, "ceremony", "credential") is not { } sent) return;
        var added = await passkeys.AddAsync(
            sent.Caller.AccountId, sent.Form["ceremony"].ToString(), sent.Form["credential"].ToString(), name: null, Origin.Of(context),
            context.RequestAborted);
        if (added.Has(out _, out var refusal)) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await pages.RefuseAsync(context, refusal);
    }

    async Task<CallerForm?> ReadAsync(HttpContext context, params string[] fields)
    {
        if (await gate.ReadCallersAsync(context, fields) is not { } sent) return null;
        if (IsFor(sent.Caller)) return sent;
        await pages.RefuseAsync(context, Problems.InsufficientUserAuthentication);
        return null;
    }
}
