using System.Diagnostics;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.SignIn;

/// <summary>The members that the body of every JSON route has that begins a login. The first factor has its own.</summary>
abstract class LoginMembers
{
    /// <summary>The name of this session in the device list.</summary>
    public string? DeviceName { get; init; }

    /// <summary><c>body</c> (the default) or <c>cookie</c>: how the refresh token travels, from here on.</summary>
    public string? Transport { get; init; }

    /// <summary>
    /// Whether the person wants to be remembered, as by default. If not, the session expires sooner when it is not used, and its
    /// cookie goes when the browser is closed.
    /// </summary>
    public bool? Remember { get; init; }

    /// <summary>The audience of the access token (RFC 8707). If omitted, the default.</summary>
    public string? Resource { get; init; }
}

/// <summary>What a login over JSON is for, and the key that it has proved to hold.</summary>
sealed record LoginCall(SignInRequest Wanted, PresentedProof Proof, string? Resource);

/// <summary>
/// What all JSON routes that log in have in common: the checks at their beginning, and at their end the tokens of the new
/// session, or what is missing.
/// </summary>
sealed class LoginRoute(
    LoginOperations login, FormerLogin former, RefreshCookie cookie, BrowserOrigin origin, ProofGate proofs, TokenAnswer answer,
    IOptions<HandstampOptions> service)
{
    /// <summary>The refusal for a name that <see cref="TryRead"/> does not know.</summary>
    public static readonly Refusal UnknownTransport = new(Problems.InvalidRequest, "The member 'transport' must be body or cookie.");

    /// <summary>Another sign-in with the same token of the former system has begun its session.</summary>
    public static readonly Refusal AlreadyMoved = new(Problems.MfaTokenInvalid);

    /// <summary>Checks everything about the request but the first factor.</summary>
    public OrRefusal<LoginCall> Accept(HttpContext context, LoginMembers members)
    {
        if (!TryRead(members.Transport, out var transport)) return UnknownTransport;
        if (!DeviceName.IsValid(members.DeviceName)) return new Refusal(Problems.InvalidRequest, DeviceName.Rule);
        if (!service.Value.Serves(members.Resource)) return Problems.InvalidTarget;
        // Otherwise a page of another site could log its visitor in as another person.
        if (transport == SessionTransport.Cookie && !origin.MayUseCookie(context.Request)) return Problems.OriginNotAllowed;
        if (!proofs.Read(context).Has(out var proof, out var refusal)) return refusal;
        var wanted = new SignInRequest
        {
            Transport = transport ?? SessionTransport.Body,
            KeyThumbprint = proof.KeyThumbprint,
            IsTemporary = members.Remember is false,
            DeviceName = members.DeviceName,
        };
        return new LoginCall(wanted, proof, members.Resource);
    }

    /// <summary>Begins the session and writes its tokens, or says what is missing.</summary>
    public async ValueTask<Refusal?> FinishAsync(HttpContext context, SignInOutcome outcome, PresentedProof proof, string? resource) =>
        outcome switch
        {
            SignInOutcome.Granted { Grant: var grant } => await BeginAsync(context, grant, proof, resource),
            SignInOutcome.Due due => SecondFactorDue(due),
            SignInOutcome.Refused { Refusal: var refusal } => refusal,
            _ => throw new UnreachableException(),
        };

    /// <summary>False if there is no such transport for a route; null if none is named.</summary>
    public static bool TryRead(string? name, out SessionTransport? transport)
    {
        (transport, var isKnown) = name switch
        {
            null => ((SessionTransport?)null, true),
            "body" => (SessionTransport.Body, true),
            "cookie" => (SessionTransport.Cookie, true),
            _ => (null, false),
        };
        return isKnown;
    }

    async ValueTask<Refusal?> BeginAsync(HttpContext context, Grant grant, PresentedProof proof, string? resource)
    {
        if (grant.Transport == SessionTransport.Cookie && !origin.MayUseCookie(context.Request)) return Problems.OriginNotAllowed;
        if (await proofs.UseAsync(context, proof) is { } used) return used;

        var outcome = await login.BeginAsync(grant, Origin.Of(context));
        if (outcome is LoginOutcome.Refused refused) return refused.Refusal;
        if (outcome is LoginOutcome.AlreadyMoved) return AlreadyMoved;
        await AnswerAsync(context, ((LoginOutcome.Begun)outcome).Reading, resource);
        return null;
    }

    async Task AnswerAsync(HttpContext context, SessionReading reading, string? resource)
    {
        var session = reading.Session;
        var now = session.Rotation.IssuedAt;
        if (session.Transport == SessionTransport.Cookie) await former.EndAsync(cookie, context, session.AccountId, now);
        await answer.WriteAsync(context, reading, sameToken: false, now, resource);
    }

    /// <summary>The answer that asks for the second factor, or whether the person keeps the account.</summary>
    public static Refusal SecondFactorDue(SignInOutcome.Due due) => new(ProblemOf(due))
    {
        Members = json =>
        {
            json.WriteString("mfa_token"u8, due.Ticket.Reveal());
            if (due.DeleteAt is { } deleteAt) json.WriteString("deletes_at"u8, deleteAt);
            json.WriteStartArray("methods"u8);
            foreach (var factor in due.Factors) json.WriteStringValue(factor);
            json.WriteEndArray();
        },
    };

    static Problem ProblemOf(SignInOutcome.Due due) =>
        due.DeleteAt is not null ? Problems.AccountDeletionPending
        : due.IsEnrolment ? Problems.SecondFactorRequired
        : Problems.MfaRequired;
}
