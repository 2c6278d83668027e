using System.Reflection;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The real accounts, until the process ends in the middle of a reading of sealed ones.</summary>
sealed class CrashingAccounts
{
    int _readings;

    /// <summary>After how many readings; null for never.</summary>
    public int? After { get; set; }

    public void Replace(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IAccountStore));
        services.AddSingleton(provider =>
        {
            var proxy = DispatchProxy.Create<IAccountStore, Proxy>();
            ((Proxy)(object)proxy).Owner = this;
            ((Proxy)(object)proxy).Real = (IAccountStore)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!);
            return proxy;
        });
    }

    void Read()
    {
        if (_readings++ == After) throw new StorageUnavailableException("The process ends here.");
    }

#pragma warning disable CA1852 // The proxy derives from it.
    class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        public CrashingAccounts? Owner { get; set; }

        public IAccountStore? Real { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IAccountStore.ListSealedAsync)) Owner!.Read();
            return targetMethod.Invoke(Real, args);
        }
    }
}
