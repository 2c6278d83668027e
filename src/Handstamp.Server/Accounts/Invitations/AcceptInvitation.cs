using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Invitations;

/// <summary>
/// The body of <c>POST /invitations/accept</c>. A class and not a record: its text must not show the token or the password.
/// </summary>
sealed class AcceptInvitationRequest
{
    public required string Token { get; init; }
    public required string Password { get; init; }

    /// <summary>The version of the terms that the person accepts, if there are terms.</summary>
    public string? Terms { get; init; }
}

/// <summary><c>POST /invitations/accept</c>: adds the account of an invited person. It answers as the registration.</summary>
sealed class AcceptInvitation(InvitationOperations invitations)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        if (!invitations.IsOpen) return Problems.RegistrationClosed;
        if (!(await context.ReadJsonAsync(AccountsJson.Default.AcceptInvitationRequest)).Has(out var request, out var refusal)) return refusal;
        if (!(await invitations.AcceptAsync(request.Token, request.Password, request.Terms, Origin.Of(context), context.RequestAborted))
            .Has(out var account, out refusal))
            return refusal;

        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(
            new RegisteredAccount(account.Id, account.Email!, account.CreatedAt), AccountsJson.Default.RegisteredAccount);
        return null;
    }
}
