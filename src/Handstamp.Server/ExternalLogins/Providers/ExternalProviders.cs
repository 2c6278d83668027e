using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>The providers of the settings.</summary>
sealed class ExternalProviders(IOptions<ExternalLoginSettings> options, ProviderHttp http, TimeProvider clock)
{
    readonly IReadOnlyList<ProviderClient> _all =
        [.. options.Value.Providers.Select(provider => Create(new ProviderSettings(provider.Key, provider.Value), http, clock))];

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<ProviderSettings> All { get; } =
        [.. options.Value.Providers.Select(provider => new ProviderSettings(provider.Key, provider.Value)).OrderBy(one => one.Name, StringComparer.Ordinal)];

    public ProviderClient? Find(string? name) => _all.FirstOrDefault(provider => provider.Settings.Name == name);

    static ProviderClient Create(ProviderSettings settings, ProviderHttp http, TimeProvider clock) => settings.Kind switch
    {
        ProviderKind.GitHub => new GitHubClient(settings, http),
        ProviderKind.Discord => new DiscordClient(settings, http),
        ProviderKind.Facebook => new FacebookClient(settings, http),
        _ => new OidcClient(settings, http, clock),
    };
}
