using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login</c>. A class and not a record: its text must not show the password.</summary>
sealed class LoginRequest : LoginMembers
{
    /// <summary>Either this or a username.</summary>
    public string? Email { get; init; }

    public string? Username { get; init; }

    public required string Password { get; init; }
}

/// <summary><c>POST /login</c>: takes a name and a password, and returns a session with its two tokens.</summary>
sealed class Login(SignInAttempts attempts, LoginRoute route, DeviceCookie device, IChallengeGate challenge)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginRequest)).Has(out var request, out var refusal)) return refusal;
        if (!GivenName.Read(request.Email, request.Username).Has(out var name, out refusal)) return refusal;
        if (!route.Accept(context, request).Has(out var call, out refusal)) return refusal;
        if (await challenge.RefuseAsync(context, name.Canonical) is { } demanded) return demanded;

        var outcome = await attempts.BeginAsync(call.Wanted, AnswerOf(name, request.Password, context), context.RequestAborted);
        // A person who does not want to be remembered may use a device of others.
        if (outcome is not SignInOutcome.Refused && !call.Wanted.IsTemporary) device.Remember(context, name);
        return await route.FinishAsync(context, outcome, call.Proof, call.Resource);
    }

    FactorAnswer AnswerOf(Identifier name, string password, HttpContext context) => new()
    {
        Factor = PasswordFactor.FactorName,
        Identifier = name.Value,
        Value = password,
        Devices = device.Read(context.Request),
        By = Origin.Of(context),
    };
}
