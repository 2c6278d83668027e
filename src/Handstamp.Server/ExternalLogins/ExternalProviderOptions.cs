namespace Handstamp.Server.ExternalLogins;

/// <summary>The section <c>ExternalLogins</c>: services at which people can log in, each under a name that the operator chooses.</summary>
sealed class ExternalLoginSettings
{
    /// <summary>The name of the section.</summary>
    public const string Section = "ExternalLogins";

    public Dictionary<string, ExternalProviderOptions> Providers { get; set; } = [];
}

/// <summary>The settings under <c>ExternalLogins:NAME</c>.</summary>
sealed class ExternalProviderOptions
{
    /// <summary>What is known of the provider. Default: the kind with this name, otherwise <c>oidc</c>.</summary>
    public ProviderKind? Kind { get; set; }

    /// <summary>The provider's issuer, exactly as it writes it. Default: that of the kind.</summary>
    public string? Issuer { get; set; }

    /// <summary>The id that the provider has given to this service.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret for it. Apple has a key instead.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The scopes to request, separated by spaces. Default: what is needed for the address.</summary>
    public string? Scopes { get; set; }

    /// <summary>What the pages call it. Default: that of the kind, or the name.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Whether an address counts as proved if the provider says so, and its kind is known to be right about that.</summary>
    public bool TrustEmail { get; set; } = true;

    /// <summary>The pages and links of apps to which the provider may send a person back. Each belongs to one provider.</summary>
    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    /// <summary>The ids of apps that get an ID token from the provider's own library.</summary>
    public IReadOnlyList<string> AppClientIds { get; set; } = [];

    /// <summary>Apple: the team that owns the key.</summary>
    public string? TeamId { get; set; }

    /// <summary>Apple: the id of the key.</summary>
    public string? KeyId { get; set; }

    /// <summary>Apple: the file with the key, as downloaded.</summary>
    public string? KeyFile { get; set; }
}
