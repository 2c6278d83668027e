using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Handstamp.Server.Accounts;

static class AccountServices
{
    /// <summary>
    /// Registers this folder. The stores, the telemetry and the clock have to be there; binding the settings is the
    /// caller's.
    /// </summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AccountOptions, AccountOptionsValidator>();
        services.TryAddSingleton<Argon2id>();
        services.TryAddSingleton<HashingQueue>();
        services.TryAddSingleton<PasswordPolicy>();
        services.TryAddSingleton<Credentials>();
        services.TryAddScoped<AccountOperations>();
        services.TryAddScoped<Register>();
        services.TryAddScoped<ShowAccount>();
        services.TryAddScoped<ChangePassword>();
        services.AddHostedService<ThrottleSweeper>();
        return services.AddIdentity();
    }

    /// <summary>What is ours comes first: <c>AddIdentityCore</c> adds its own only where nothing is.</summary>
    static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.TryAddSingleton<ILookupNormalizer, AccountNormalizer>();
        services.TryAddSingleton<IPasswordHasher<Account>, PasswordHasher>();
        services.TryAddSingleton<IPasswordValidator<Account>>(provider => provider.GetRequiredService<PasswordPolicy>());
        services.TryAddSingleton<IUserValidator<Account>, AccountValidator>();
        services.TryAddScoped<IUserStore<Account>, AccountUserStore>();
        services.AddIdentityCore<Account>();
        return services;
    }
}
