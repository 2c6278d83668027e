using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login/mfa</c>. A class and not a record: its text must not show the token or the code.</summary>
sealed class LoginMfaRequest
{
    public required string MfaToken { get; init; }

    /// <summary>One of the methods of the answer <c>mfa_required</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The code of an app, or a recovery code.</summary>
    public string? Code { get; init; }

    /// <summary>What the browser has returned for a passkey.</summary>
    public JsonElement? Credential { get; init; }

    /// <summary>If it is given, it has to be that of the login.</summary>
    public string? Transport { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary><c>POST /login/mfa</c>: the second factor of a login that has begun. It answers as the login.</summary>
sealed class LoginMfa(SignInAttempts attempts, LoginRoute route, ProofGate proofs, IOptions<HandstampOptions> service)
{
    static readonly Refusal NeedsOne = new(Problems.InvalidRequest, "Send either the member 'code' or the member 'credential'.");

    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginMfaRequest)).Has(out var request, out var refusal)) return refusal;
        if (!LoginRoute.TryRead(request.Transport, out var transport)) return LoginRoute.UnknownTransport;
        if (!service.Value.Serves(request.Resource)) return Problems.InvalidTarget;
        if ((request.Code is null) == (request.Credential is null)) return NeedsOne;
        if (!proofs.Read(context).Has(out var proof, out refusal)) return refusal;

        var outcome = await attempts.ContinueAsync(StepOf(request, transport, proof, context), context.RequestAborted);
        return await route.FinishAsync(context, outcome, proof, request.Resource);
    }

    static SignInStep StepOf(LoginMfaRequest request, SessionTransport? transport, PresentedProof proof, HttpContext context) => new()
    {
        Ticket = request.MfaToken,
        Answer = new FactorAnswer
        {
            Factor = request.Method,
            Value = request.Code ?? request.Credential!.Value.GetRawText(),
            By = Origin.Of(context),
        },
        Transport = transport,
        KeyThumbprint = proof.KeyThumbprint,
    };
}
