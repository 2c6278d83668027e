using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.SignIn;

/// <summary>The body of <c>POST /login</c>. A class and not a record: its text must not show the password.</summary>
sealed class LoginRequest : LoginMembers
{
    public required string Email { get; init; }
    public required string Password { get; init; }
}

/// <summary><c>POST /login</c>: takes an address and a password, and returns a session with its two tokens.</summary>
sealed class Login(SignInAttempts attempts, LoginRoute route)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!(await context.ReadJsonAsync(SignInJson.Default.LoginRequest)).Has(out var request, out var refusal)) return refusal;
        if (!route.Accept(context, request).Has(out var call, out refusal)) return refusal;

        var outcome = await attempts.BeginAsync(call.Wanted, AnswerOf(request, context), context.RequestAborted);
        return await route.FinishAsync(context, outcome, call.Proof, call.Resource);
    }

    static FactorAnswer AnswerOf(LoginRequest request, HttpContext context) => new()
    {
        Factor = PasswordFactor.FactorName,
        Identifier = request.Email,
        Value = request.Password,
        By = Origin.Of(context),
    };
}
