using System.Reflection;
using Handstamp.Server.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>The real store, with a moment before several accounts are added. A test can act in it.</summary>
public class OvertakenAccounts : DispatchProxy
{
    internal IAccountStore Real { get; private set; } = null!;

    /// <summary>Runs once, before the next accounts are added.</summary>
    internal Func<Task>? BeforeCreate { get; set; }

    internal static void Wrap(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IAccountStore));
        services.AddSingleton(provider =>
        {
            var accounts = Create<IAccountStore, OvertakenAccounts>();
            ((OvertakenAccounts)accounts).Real = (IAccountStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
            return accounts;
        });
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IAccountStore.TryCreateAllAsync)
            ? CreateAsync((IReadOnlyList<NewAccount>)args![0]!)
            : targetMethod.Invoke(Real, args);

    async Task<bool> CreateAsync(IReadOnlyList<NewAccount> accounts)
    {
        if (BeforeCreate is { } meanwhile)
        {
            BeforeCreate = null;
            await meanwhile();
        }
        return await Real.TryCreateAllAsync(accounts);
    }
}
