using System.Text.Json;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login/passkey</c>.</summary>
sealed class PasskeyLoginRequest : LoginMembers
{
    /// <summary>From the answer of <c>POST /login/passkey/options</c>.</summary>
    public required string Ceremony { get; init; }

    /// <summary>What the browser has returned.</summary>
    public required JsonElement Credential { get; init; }
}

/// <summary>The body of <c>POST /login/mfa/options</c>. A class and not a record: its text must not show the token.</summary>
sealed class MfaOptionsRequest
{
    public required string MfaToken { get; init; }
}

/// <summary>
/// Logging in with a passkey: alone, when the passkey also says who the person is, or as the second factor of a login that
/// has begun.
/// </summary>
sealed class PasskeyLogin(PasskeyFactor factor, SignInAttempts attempts, LoginRoute route)
{
    /// <summary><c>POST /login/passkey/options</c>: for everybody the same, and nothing is stored.</summary>
    public async ValueTask<Refusal?> BeginAsync(HttpContext context)
    {
        var begun = await factor.BeginAsync();
        await CeremonyAnswer.WriteAsync(context, begun.Ticket, begun.OptionsJson);
        return null;
    }

    /// <summary><c>POST /login/passkey</c>: answers as the login.</summary>
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.PasskeyLoginRequest)).Has(out var request, out var refusal)) return refusal;
        if (!route.Accept(context, request).Has(out var call, out refusal)) return refusal;

        var answer = AnswerOf(request.Credential.GetRawText(), request.Ceremony, Origin.Of(context));
        var outcome = await attempts.BeginAsync(call.Wanted, answer, context.RequestAborted);
        return await route.FinishAsync(context, outcome, call.Proof, call.Resource);
    }

    /// <summary><c>POST /login/mfa/options</c>: only the passkeys of the account that signs in.</summary>
    public async ValueTask<Refusal?> BeginSecondAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.MfaOptionsRequest)).Has(out var request, out var refusal)) return refusal;
        if (await attempts.FindAsync(request.MfaToken) is not { } attempt) return Problems.MfaTokenInvalid;
        if (await factor.BeginAsync(attempt, context.RequestAborted) is not { } begun)
            return new Refusal(Problems.InvalidRequest, "This account has no passkey.");
        await CeremonyAnswer.WriteAsync(context, begun.Ticket, begun.OptionsJson);
        return null;
    }

    /// <summary>An answer with a passkey, from a route or a page.</summary>
    public static FactorAnswer AnswerOf(string credential, string ceremony, Origin by) => new()
    {
        Factor = PasskeyFactor.FactorName,
        Value = credential,
        Ceremony = ceremony,
        By = by,
    };
}
