using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login/restore</c>. A class and not a record: its text must not show the token.</summary>
sealed class LoginRestoreRequest
{
    public required string MfaToken { get; init; }

    /// <summary>If it is given, it has to be that of the login.</summary>
    public string? Transport { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary>
/// <c>POST /login/restore</c>: keeps the account of a login that was refused with <c>account_deletion_pending</c>, and completes
/// the login.
/// </summary>
sealed class LoginRestore(SignInAttempts attempts, LoginRoute route, ProofGate proofs, IOptions<HandstampOptions> service)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginRestoreRequest)).Has(out var request, out var refusal)) return refusal;
        if (!LoginRoute.TryRead(request.Transport, out var transport)) return LoginRoute.UnknownTransport;
        if (!service.Value.Serves(request.Resource)) return Problems.InvalidTarget;
        if (!proofs.Read(context).Has(out var proof, out refusal)) return refusal;

        var step = new SignInStep
        {
            Ticket = request.MfaToken,
            Answer = new FactorAnswer { Factor = RestoreFactor.FactorName, Value = "", By = Origin.Of(context) },
            Transport = transport,
            KeyThumbprint = proof.KeyThumbprint,
        };
        return await route.FinishAsync(context, await attempts.ContinueAsync(step, context.RequestAborted), proof, request.Resource);
    }
}
