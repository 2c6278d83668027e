using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Accounts.Terms;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Accounts;

/// <summary>The routes of the accounts.</summary>
static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var register = services.GetRequiredService<Register>();
        var show = services.GetRequiredService<ShowAccount>();
        var forgot = services.GetRequiredService<ForgotPassword>();
        var reset = services.GetRequiredService<ResetPassword>();

        var verify = services.GetRequiredService<VerifyEmail>();
        var change = services.GetRequiredService<ChangeEmail>();

        routes.MapPost("/register", register.HandleAsync);
        routes.MapPost("/invitations/accept", services.GetRequiredService<AcceptInvitation>().HandleAsync);
        routes.MapPost("/password/forgot", forgot.HandleAsync);
        routes.MapPost("/password/reset", reset.HandleAsync);
        routes.MapPost("/email/verify", verify.HandleAsync);
        routes.MapPost("/email/resend", verify.ResendAsync);
        routes.MapPost("/email/change", change.HandleAsync).RequireRecentLogin();
        routes.MapPost("/email/change/confirm", change.ConfirmAsync);
        routes.MapPost("/email/change/undo", change.UndoAsync);
        routes.MapPost("/username/change", services.GetRequiredService<ChangeUsername>().HandleAsync).RequireRecentLogin();
        routes.MapPost("/me/restore", services.GetRequiredService<RestoreAccount>().HandleAsync);
        routes.MapPost("/terms/accept", services.GetRequiredService<AcceptTerms>().HandleAsync).RequireFirstParty();
        routes.MapGet("/me", show.HandleAsync).RequireFirstParty();
        routes.MapPatch("/me", services.GetRequiredService<UpdateProfile>().HandleAsync).RequireFirstParty();
        routes.MapGet("/me/activity", services.GetRequiredService<ShowActivity>().HandleAsync).RequireFirstParty();
        routes.MapGet("/me/export", services.GetRequiredService<ExportAccount>().HandleAsync).RequireRecentLogin();
        services.GetRequiredService<SecondFactorRoutes>().Map(routes);
        routes.MapPasskeys();
    }
}
