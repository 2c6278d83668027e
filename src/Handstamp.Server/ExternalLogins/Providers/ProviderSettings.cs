namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>A provider's settings, with what its kind adds to them.</summary>
sealed class ProviderSettings(string name, ExternalProviderOptions options)
{
    /// <summary>The operator's name for it, which is part of addresses.</summary>
    public string Name { get; } = name;

    public ExternalProviderOptions Options { get; } = options;

    public ProviderKind Kind { get; } =
        options.Kind ?? (Enum.TryParse<ProviderKind>(name, ignoreCase: true, out var known) ? known : ProviderKind.Oidc);

    public ProviderFacts Facts => ProviderFacts.Of(Kind);

    public string DisplayName => Options.DisplayName ?? Facts.DisplayName ?? Name;

    public string Issuer => Options.Issuer ?? Facts.Issuer ?? "";

    public string ClientId => Options.ClientId ?? "";

    public string Scopes => Options.Scopes ?? Facts.Scopes;
}
