using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity.Data;

namespace Handstamp.Identity.Api;

/// <summary>
/// Refuses bodies with null where a text is needed, as those where the member is missing. An address to look up has no
/// U+0000, which no text column of PostgreSQL takes.
/// </summary>
static class WellFormed
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!context.Arguments.All(IsWellFormed)) return TypedResults.BadRequest();
        return await next(context);
    }

    static bool IsWellFormed(object? body) => body switch
    {
        // An address that is null is refused as an invalid one.
        Registration.RegisterRequest register => register.Password is not null,
        LoginRequest login => IsText(login.Email) && login.Password is not null,
        ResendConfirmationEmailRequest resend => IsText(resend.Email),
        ForgotPasswordRequest forgot => IsText(forgot.Email),
        ResetPasswordRequest reset => IsText(reset.Email) && reset.ResetCode is not null && reset.NewPassword is not null,
        string text => IsText(text),
        _ => true,
    };

    static bool IsText(string? text) => text is not null && !text.Contains('\0', StringComparison.Ordinal);
}
