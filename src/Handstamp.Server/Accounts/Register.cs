using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The body of <c>POST /register</c>. A class and not a record: its text must not show the password.</summary>
sealed class RegisterRequest
{
    public required string Email { get; init; }
    public required string Password { get; init; }
}

/// <summary>The answer of <c>POST /register</c>.</summary>
sealed record RegisteredAccount(Guid Id, string Email, DateTimeOffset CreatedAt);

/// <summary><c>POST /register</c>: adds an account, if registration is open.</summary>
sealed class Register(RegistrationOperations registration)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        // Before the body is read: a closed route says so, whatever it was sent.
        if (!registration.IsOpen) return Problems.RegistrationClosed;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.RegisterRequest)).Has(out var request, out var refusal)) return refusal;
        if (!(await registration.AddAsync(request.Email, request.Password, Origin.Of(context), context.RequestAborted))
            .Has(out var account, out refusal))
            return refusal;

        context.Response.StatusCode = StatusCodes.Status201Created;
        var answer = new RegisteredAccount(account.Id, request.Email, account.CreatedAt);
        await context.Response.WriteAsJsonAsync(answer, AccountsJson.Default.RegisteredAccount);
        return null;
    }
}
