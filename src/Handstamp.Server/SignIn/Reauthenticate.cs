using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /reauthenticate</c>. A class and not a record: its text must not show the answers.</summary>
sealed class ReauthenticateRequest
{
    /// <summary>The first step, with a password.</summary>
    public string? Password { get; init; }

    /// <summary>The second step: from the answer <c>mfa_required</c>.</summary>
    public string? MfaToken { get; init; }

    /// <summary>One of the methods of the answer <c>mfa_required</c>, or in the first step a method other than the password.</summary>
    public string? Method { get; init; }

    /// <summary>The code of an app, or a recovery code.</summary>
    public string? Code { get; init; }

    /// <summary>What the browser has returned for a passkey.</summary>
    public JsonElement? Credential { get; init; }

    /// <summary>For a passkey: from the answer of <c>POST /login/passkey/options</c>, or of <c>POST /login/mfa/options</c> in the second step.</summary>
    public string? Ceremony { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary>
/// <c>POST /reauthenticate</c>: a person who is logged in authenticates again. The answer has an access token that says so.
/// The refresh token stays the same, and is not in the answer.
/// </summary>
sealed class Reauthenticate(
    ReauthenticationOperations operations, DeviceCookie device, TokenAnswer answer, IOptions<HandstampOptions> service, TimeProvider clock)
{
    static readonly Refusal NeedsOne = new(Problems.InvalidRequest,
        "Send the member 'password', or the member 'method' with either 'code' or 'credential', and with 'mfa_token' in the second step.");

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.ReauthenticateRequest)).Has(out var request, out var refusal)) return refusal;
        if (!service.Value.Serves(request.Resource)) return Problems.InvalidTarget;
        if (await RunAsync(context, request) is not { } outcome) return NeedsOne;

        switch (outcome)
        {
            case ReauthenticationOutcome.Done { Reading: var reading }:
                await answer.WriteAccessAsync(context, reading, clock.Now(), request.Resource);
                return null;
            case ReauthenticationOutcome.MoreIsDue { Due: var due }:
                return LoginRoute.SecondFactorDue(due);
            default:
                return ((ReauthenticationOutcome.Refused)outcome).Refusal;
        }
    }

    /// <summary>Null if the members of the request are not those of a step.</summary>
    async Task<ReauthenticationOutcome?> RunAsync(HttpContext context, ReauthenticateRequest request)
    {
        var (session, by, cancel) = (context.Session(), Origin.Of(context), context.RequestAborted);
        var devices = device.Read(context.Request);
        return (request.Password, request.MfaToken, request.Method, AnswerOf(request)) switch
        {
            ({ } password, null, null, null) when request is { Code: null, Credential: null } =>
                await operations.BeginAsync(session, PasswordFactor.FactorName, password, devices, by, cancel),
            (null, null, { } method, { } value) => await operations.BeginAsync(session, method, value, devices, by, cancel, request.Ceremony),
            (null, { } ticket, { } method, { } value) =>
                await operations.ContinueAsync(session, ticket, method, value, by, cancel, request.Ceremony),
            _ => null,
        };
    }

    /// <summary>The answer to the method; null unless there is exactly one.</summary>
    static string? AnswerOf(ReauthenticateRequest request) => (request.Code, request.Credential) switch
    {
        ({ } code, null) => code,
        (null, { } credential) => credential.GetRawText(),
        _ => null,
    };
}
