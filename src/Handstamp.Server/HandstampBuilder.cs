using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What <c>AddHandstamp</c> gives back: the parts that can be left out are added to it, each by a call of its own.</summary>
public sealed class HandstampBuilder
{
    internal HandstampBuilder(IServiceCollection services, IConfiguration settings) => (Services, Settings) = (services, settings);

    /// <summary>The services of the app.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The section with Handstamp's settings; each part binds its own.</summary>
    internal IConfiguration Settings { get; }
}
