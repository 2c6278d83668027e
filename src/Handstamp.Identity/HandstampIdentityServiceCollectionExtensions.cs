using Handstamp.Identity;
using Handstamp.Identity.Issuer;
using Handstamp.Identity.Login;
using Handstamp.Identity.Passkeys;
using Handstamp.Identity.Sessions;
using Handstamp.Identity.Tokens;
using Handstamp.Identity.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Handstamp's sessions to an app that has users of ASP.NET Core Identity.</summary>
public static class HandstampIdentityServiceCollectionExtensions
{
    /// <summary>
    /// Gives the app's Identity users sessions of Handstamp: rotating refresh tokens, access tokens that other services can verify, a
    /// device list and the revocation feed. The scheme <see cref="IdentityConstants.BearerScheme"/> then means these tokens. Register
    /// Identity itself as before, such as with <c>AddIdentityApiEndpoints</c>, and say where the sessions are with
    /// <see cref="HandstampIdentityBuilder{TUser}.AddEntityFrameworkStore{TContext}"/>. It does NOT check passwords: Identity does.
    /// </summary>
    /// <typeparam name="TUser">The app's user: <see cref="IdentityUser{TKey}"/>, or a class that derives from it.</typeparam>
    /// <param name="services">The services of the app.</param>
    /// <param name="configure">Settings, in addition to the section <c>Handstamp</c> of the configuration.</param>
    /// <exception cref="InvalidOperationException">
    /// It was called for another type of user, or the users do not derive from <see cref="IdentityUser{TKey}"/>.
    /// </exception>
    public static HandstampIdentityBuilder<TUser> AddHandstampIdentity<TUser>(
        this IServiceCollection services, Action<HandstampIdentityOptions>? configure = null) where TUser : class
    {
        ArgumentNullException.ThrowIfNull(services);

        if (UserRows<TUser>.KeyType is null)
            throw new InvalidOperationException(
                $"{typeof(TUser).Name} does not derive from IdentityUser or IdentityUser<TKey>. Sessions need the columns of these: the id, the security stamp and the lockout.");
        if (services.Any(service => service.ServiceType == typeof(OneKindOfUser) && service.ImplementationInstance is OneKindOfUser { Type: var type } && type != typeof(TUser)))
            throw new InvalidOperationException("The sessions of an app belong to one type of user.");
        services.TryAddSingleton(new OneKindOfUser(typeof(TUser)));
        services.AddOptions<HandstampIdentityOptions>()
            .BindConfiguration("Handstamp", binder => binder.ErrorOnUnknownConfiguration = true)
            .Configure(configure ?? (_ => { }))
            .Validate(
                options => options.MaxPasskeysPerUser is >= 1 and <= HandstampIdentityOptions.MostPasskeys,
                $"Handstamp:MaxPasskeysPerUser has to be between 1 and {HandstampIdentityOptions.MostPasskeys}.")
            .ValidateOnStart();
        services.AddIssuer();
        services.TryAddSingleton<EndedSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<EndedSessions>());
        services.TryAddScoped<IdentitySessions<TUser>>();
        services.TryAddScoped<OwnCookie<TUser>>();
        services.TryAddSingleton<UsedChallenges>();
        services.TryAddTransient<TokenHandler<TUser>>();
        services.AddAuthentication();
        // After the app's own calls, in whichever order they are: the scheme stays, with another handler.
        services.PostConfigure<AuthenticationOptions>(Take<TUser>);
        return new HandstampIdentityBuilder<TUser>(services);
    }

    static void Take<TUser>(AuthenticationOptions options) where TUser : class
    {
        if (options.Schemes.FirstOrDefault(scheme => scheme.Name == IdentityConstants.BearerScheme) is { } known)
            known.HandlerType = typeof(TokenHandler<TUser>);
        else
            options.AddScheme<TokenHandler<TUser>>(IdentityConstants.BearerScheme, displayName: null);
    }

    sealed record OneKindOfUser(Type Type);
}
