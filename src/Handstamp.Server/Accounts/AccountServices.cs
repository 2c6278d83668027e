using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>The services of the accounts.</summary>
static class AccountServices
{
    /// <summary>The stores, the telemetry and the clock have to be there; the caller binds the settings.</summary>
    public static void AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton<Argon2id>();
        services.TryAddSingleton<IPasswordHasher<Account>, PasswordHasher>();
        services.TryAddSingleton<HashingQueue>();
        services.TryAddSingleton<PasswordPolicy>();
        services.TryAddSingleton<AccountNormalizer>();
        services.TryAddSingleton<AccountUserStore>();
        services.TryAddSingleton(CreateManager);
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton<RefusedAttempts>();
        services.TryAddSingleton<AccountOperations>();
        services.TryAddSingleton<Register>();
        services.TryAddSingleton<ShowAccount>();
        services.AddHostedService<ThrottleSweeper>();
    }

    /// <summary>
    /// Put together by hand and not by <c>AddIdentityCore</c>: an app that hosts this and has Identity for users of its
    /// own keeps its normalizer and its <see cref="IdentityOptions"/>, and we keep ours.
    /// </summary>
    static UserManager<Account> CreateManager(IServiceProvider services) => new(
        services.GetRequiredService<AccountUserStore>(),
        Options.Create(new IdentityOptions()),
        services.GetRequiredService<IPasswordHasher<Account>>(),
        [new AccountValidator()],
        [services.GetRequiredService<PasswordPolicy>()],
        services.GetRequiredService<AccountNormalizer>(),
        new IdentityErrorDescriber(),
        services,
        services.GetRequiredService<ILogger<UserManager<Account>>>());
}
