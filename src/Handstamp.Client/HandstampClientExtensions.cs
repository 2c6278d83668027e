using Handstamp.Client;
using Handstamp.Client.Service;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client of a Handstamp service to an app.</summary>
public static class HandstampClientExtensions
{
    /// <summary>The name of the <see cref="HttpClient"/> that carries the access token.</summary>
    public const string HttpClientName = "Handstamp";

    /// <summary>Adds a client of the service at <paramref name="url"/>, which keeps its tokens in memory.</summary>
    /// <inheritdoc cref="AddHandstampClient(IServiceCollection, Action{HandstampClientOptions})"/>
    public static IHttpClientBuilder AddHandstampClient(this IServiceCollection services, string url) =>
        services.AddHandstampClient(options => options.Url = url);

    /// <summary>
    /// Adds a <see cref="HandstampClient"/>, one for the whole app, and an <see cref="HttpClient"/> named
    /// <see cref="HttpClientName"/> whose requests carry the access token. <c>AddTypedClient</c> adds a typed client
    /// to it. To add the token to another client, use <c>AddHttpMessageHandler&lt;HandstampHandler&gt;</c>.
    /// </summary>
    public static IHttpClientBuilder AddHandstampClient(
        this IServiceCollection services, Action<HandstampClientOptions> configure)
    {
        services.AddOptionsWithValidateOnStart<HandstampClientOptions, HandstampClientOptionsValidator>()
            .Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider => new HandstampClient(
            provider.GetRequiredService<IOptions<HandstampClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HandstampClient>>()));
        services.TryAddTransient<HandstampHandler>();
        return services.AddHttpClient(HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(Transport.CreateForApis)
            .AddHttpMessageHandler(static () => new RedirectHandler())
            .AddHttpMessageHandler<HandstampHandler>();
    }
}
