using System.Reflection;
using Handstamp.Server.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>
/// The real store, with a moment after an account was found by its address, and one before several are added. A test can act in them.
/// </summary>
public class InterleavedAccounts : DispatchProxy
{
    internal IAccountStore Real { get; private set; } = null!;

    /// <summary>Runs once, after the next account was found.</summary>
    internal Func<Account, Task>? AfterFind { get; set; }

    /// <summary>Runs once, before the next accounts are added.</summary>
    internal Func<Task>? BeforeCreate { get; set; }

    internal static void Wrap(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IAccountStore));
        services.AddSingleton(provider =>
        {
            var accounts = Create<IAccountStore, InterleavedAccounts>();
            ((InterleavedAccounts)accounts).Real = (IAccountStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
            return accounts;
        });
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IAccountStore.TryCreateAllAsync)) return CreateAsync((IReadOnlyList<NewAccount>)args![0]!);
        var result = targetMethod.Invoke(Real, args);
        return result is Task<Account?> found && args is [IdentifierKind, ..] ? FoundAsync(found) : result;
    }

    async Task<Account?> FoundAsync(Task<Account?> finding)
    {
        if (await finding is not { } account) return null;
        if (AfterFind is { } meanwhile)
        {
            AfterFind = null;
            await meanwhile(account);
        }
        return account;
    }

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
