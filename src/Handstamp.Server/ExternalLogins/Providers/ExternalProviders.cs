using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>The providers of the settings.</summary>
sealed class ExternalProviders(IOptions<ExternalLoginSettings> options, TimeProvider clock) : IDisposable
{
    readonly IReadOnlyList<ProviderClient> _all =
        [.. options.Value.Providers.Select(provider => Create(new ProviderSettings(provider.Key, provider.Value), new ProviderHttp(clock), clock))];

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ProviderSettings> All { get; } =
        [.. options.Value.Providers.Select(provider => new ProviderSettings(provider.Key, provider.Value)).OrderBy(one => one.Name, StringComparer.Ordinal)];

    public ProviderClient? Find(string? name) => _all.FirstOrDefault(provider => provider.Settings.Name == name);

    public void Dispose()
    {
        foreach (var provider in _all) provider.Http.Dispose();
    }

    static ProviderClient Create(ProviderSettings settings, ProviderHttp http, TimeProvider clock) => settings.Kind switch
    {
        ProviderKind.GitHub => new GitHubClient(settings, http),
        ProviderKind.Discord => new DiscordClient(settings, http),
        ProviderKind.Facebook => new FacebookClient(settings, http),
        _ => new OidcClient(settings, http, clock),
    };
}
