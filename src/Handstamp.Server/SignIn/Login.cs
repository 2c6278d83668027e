using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login</c>. A class and not a record: its text must not show the password.</summary>
sealed class LoginRequest
{
    public required string Email { get; init; }
    public required string Password { get; init; }

    /// <summary>The name of this session in the device list.</summary>
    public string? DeviceName { get; init; }

    /// <summary><c>body</c> (the default) or <c>cookie</c>: how the refresh token travels, from here on.</summary>
    public string? Transport { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary><c>POST /login</c>: takes an address and a password, and returns a session with its two tokens.</summary>
sealed class Login(
    SignInAttempts attempts, LoginOperations login, FormerLogin former, RefreshCookie cookie, DeviceCookie device, BrowserOrigin origin, ProofGate proofs,
    TokenAnswer answer, IOptions<HandstampOptions> service)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await ReadAsync(context)).Has(out var request, out var refusal)) return refusal;
        if (!proofs.Read(context).Has(out var proof, out refusal)) return refusal;

        var outcome = await attempts.BeginAsync(WantedBy(request, proof), AnswerOf(request, context), context.RequestAborted);
        if (outcome is not SignInOutcome.Refused) device.Remember(context, request.Email);
        return outcome switch
        {
            SignInOutcome.Granted { Grant: var grant } => await BeginAsync(context, grant, request, proof),
            SignInOutcome.Due => SignInOutcome.Due.NotHere,
            SignInOutcome.Refused refused => refused.Refusal,
            _ => throw new UnreachableException(),
        };
    }

    async ValueTask<OrRefusal<LoginRequest>> ReadAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginRequest)).Has(out var request, out var refusal)) return refusal;
        if (request.Transport is not (null or "body" or "cookie"))
            return new Refusal(Problems.InvalidRequest, "The member 'transport' must be body or cookie.");
        if (!DeviceName.IsValid(request.DeviceName)) return new Refusal(Problems.InvalidRequest, DeviceName.Rule);
        if (!service.Value.Serves(request.Resource)) return Problems.InvalidTarget;
        // Otherwise a page of another site could log its visitor in as another person.
        if (TransportOf(request) == SessionTransport.Cookie && !origin.MayUseCookie(context.Request)) return Problems.OriginNotAllowed;
        return request;
    }

    async ValueTask<Refusal?> BeginAsync(HttpContext context, Grant grant, LoginRequest request, PresentedProof proof)
    {
        if (await proofs.UseAsync(context, proof) is { } used) return used;

        var outcome = await login.BeginAsync(grant, Origin.Of(context));
        if (outcome is LoginOutcome.Refused refused) return refused.Refusal;
        await AnswerAsync(context, ((LoginOutcome.Begun)outcome).Reading, request.Resource);
        return null;
    }

    async Task AnswerAsync(HttpContext context, SessionReading reading, string? resource)
    {
        var session = reading.Session;
        var now = session.Rotation.IssuedAt;
        if (session.Transport == SessionTransport.Cookie) await former.EndAsync(cookie, context, session.AccountId, now);
        await answer.WriteAsync(context, reading, sameToken: false, now, resource);
    }

    static SignInRequest WantedBy(LoginRequest request, PresentedProof proof) => new()
    {
        Transport = TransportOf(request),
        KeyThumbprint = proof.KeyThumbprint,
        DeviceName = request.DeviceName,
    };

    FactorAnswer AnswerOf(LoginRequest request, HttpContext context) => new()
    {
        Factor = PasswordFactor.FactorName,
        Identifier = request.Email,
        Value = request.Password,
        Devices = device.Read(context.Request),
        By = Origin.Of(context),
    };

    static SessionTransport TransportOf(LoginRequest request) =>
        request.Transport is "cookie" ? SessionTransport.Cookie : SessionTransport.Body;
}
