using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts;

/// <summary>The body of <c>POST /register</c>. A class and not a record: its text must not show the password.</summary>
sealed class RegisterRequest
{
    /// <summary>Either this or a username.</summary>
    public string? Email { get; init; }

    public string? Username { get; init; }

    public required string Password { get; init; }

    /// <summary>The version of the terms that the person accepts, if there are terms.</summary>
    public string? Terms { get; init; }
}

/// <summary>The answer of <c>POST /register</c>.</summary>
sealed record RegisteredAccount(Guid Id, string? Email, DateTimeOffset CreatedAt, string? Username = null);

/// <summary>The answer if the address has to be verified first: the same, whether it has an account or not.</summary>
sealed record AcceptedRegistration(string Email);

/// <summary><c>POST /register</c>: adds an account, if registration is open.</summary>
sealed class Register(RegistrationOperations registration, IChallengeGate challenge)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        // Before the body is read: a closed route says so, whatever it was sent.
        if (!registration.IsOpen) return Problems.RegistrationClosed;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.RegisterRequest)).Has(out var request, out var refusal)) return refusal;
        if (!GivenName.Read(request.Email, request.Username).Has(out var name, out refusal)) return refusal;
        if (await challenge.RefuseRequestAsync(context, name.Canonical) is { } demanded) return demanded;
        if (!(await registration.AddAsync(name, request.Password, request.Terms, Origin.Of(context), context.RequestAborted))
            .Has(out var registered, out refusal))
            return refusal;
        if (registered.Account is not { } account)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await context.Response.WriteAsJsonAsync(new AcceptedRegistration(name.Value), AccountsJson.Default.AcceptedRegistration);
            return null;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        var answer = new RegisteredAccount(account.Id, account.Email, account.CreatedAt, account.Username);
        await context.Response.WriteAsJsonAsync(answer, AccountsJson.Default.RegisteredAccount);
        return null;
    }
}
