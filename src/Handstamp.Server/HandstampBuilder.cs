using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The result of <c>AddHandstamp</c>. Optional parts are added to it, each with a separate call.</summary>
public sealed class HandstampBuilder
{
    internal HandstampBuilder(IServiceCollection services, IConfiguration settings) => (Services, Settings) = (services, settings);

    /// <summary>The services of the app.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The section with Handstamp's settings; each part binds its own.</summary>
    internal IConfiguration Settings { get; }
}
