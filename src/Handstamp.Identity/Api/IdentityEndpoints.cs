using Handstamp.Identity.Account;
using Handstamp.Identity.Devices;
using Handstamp.Identity.Emails;
using Handstamp.Identity.Login;
using Handstamp.Identity.Passkeys;
using Handstamp.Identity.Passwords;
using Handstamp.Identity.Registration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Handstamp.Identity.Api;

/// <summary>The table of the routes.</summary>
static class IdentityEndpoints
{
    /// <summary>The bodies of all routes; a passkey is the longest.</summary>
    public const int MaxBody = 64 * 1024;

    public static void MapIdentity<TUser>(this IEndpointRouteBuilder routes, IdentityApiOptions<TUser> options) where TUser : class, new()
    {
        var services = routes.ServiceProvider;
        var links = new ConfirmationLinks<TUser>(
            options, services.GetRequiredService<IOptions<HandstampIdentityOptions>>(), services.GetRequiredService<LinkGenerator>(),
            services.GetRequiredService<IEmailSender<TUser>>());
        var manage = routes.MapGroup("/manage").RequireAuthorization();

        if (options.Has(IdentityRoutes.Register)) routes.MapPost("/register", new Register<TUser>(options, links).HandleAsync);
        if (options.Has(IdentityRoutes.Login)) routes.MapPost("/login", LogIn<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.Refresh)) routes.MapPost("/refresh", Refresh<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.Logout)) routes.MapPost("/logout", LogOut<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.ConfirmEmail)) routes.MapGet("/confirmEmail", ConfirmEmail<TUser>.HandleAsync).Add(links.LeadTo);
        if (options.Has(IdentityRoutes.ResendConfirmationEmail))
            routes.MapPost("/resendConfirmationEmail", new ResendConfirmationEmail<TUser>(links).HandleAsync);
        if (options.Has(IdentityRoutes.ForgotPassword)) routes.MapPost("/forgotPassword", ForgotPassword<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.ResetPassword)) routes.MapPost("/resetPassword", ResetPassword<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.TwoFactor)) manage.MapPost("/2fa", ChangeTwoFactor<TUser>.HandleAsync);
        if (options.Has(IdentityRoutes.Info)) manage.MapInfo(links);
        if (options.Has(IdentityRoutes.Sessions)) manage.MapSessions<TUser>();
        if (options.Has(IdentityRoutes.Passkeys) && KeepsPasskeys(services)) MapPasskeys<TUser>(routes, manage);
    }

    static void MapInfo<TUser>(this RouteGroupBuilder manage, ConfirmationLinks<TUser> links) where TUser : class
    {
        manage.MapGet("/info", ShowInfo<TUser>.HandleAsync);
        manage.MapPost("/info", new ChangeInfo<TUser>(links).HandleAsync);
    }

    static void MapSessions<TUser>(this RouteGroupBuilder manage) where TUser : class
    {
        manage.MapGet("/sessions", OwnSessions<TUser>.ListAsync);
        manage.MapDelete("/sessions", OwnSessions<TUser>.EndAllAsync);
        manage.MapPatch("/sessions/{id}", OwnSessions<TUser>.RenameAsync);
        manage.MapDelete("/sessions/{id}", OwnSessions<TUser>.EndAsync);
    }

    // In an older schema, the app's database has no table for them. Without that cookie, nothing keeps a challenge.
    static bool KeepsPasskeys(IServiceProvider services) =>
        services.GetRequiredService<IOptions<IdentityOptions>>().Value.Stores.SchemaVersion >= IdentitySchemaVersions.Version3
        && services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.SchemeMap.ContainsKey(IdentityConstants.TwoFactorUserIdScheme);

    static void MapPasskeys<TUser>(IEndpointRouteBuilder routes, RouteGroupBuilder manage) where TUser : class
    {
        routes.MapPost("/passkeys/requestOptions", PasskeyLogin<TUser>.OptionsAsync);
        routes.MapPost("/passkeys/login", PasskeyLogin<TUser>.HandleAsync).AddEndpointFilter(TrackedPasskeys.FilterAsync);
        manage.MapPost("/passkeys/creationOptions", OwnPasskeys<TUser>.OptionsAsync);
        manage.MapPost("/passkeys", OwnPasskeys<TUser>.AddAsync);
        manage.MapGet("/passkeys", OwnPasskeys<TUser>.ListAsync);
        manage.MapPut("/passkeys/{credentialId}", OwnPasskeys<TUser>.RenameAsync).AddEndpointFilter(TrackedPasskeys.FilterAsync);
        manage.MapDelete("/passkeys/{credentialId}", OwnPasskeys<TUser>.RemoveAsync);
    }
}
