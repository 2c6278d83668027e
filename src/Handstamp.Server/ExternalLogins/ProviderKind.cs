namespace Handstamp.Server.ExternalLogins;

/// <summary>The providers of which more is known than the standard says.</summary>
enum ProviderKind
{
    /// <summary>Any OpenID Connect provider.</summary>
    Oidc,
    Google,
    Microsoft,
    Apple,
    GitHub,
    GitLab,
    Discord,
    Facebook,
    LinkedIn,
}

/// <summary>What a kind is documented to do.</summary>
/// <param name="DisplayName">The provider's own name; null if only the operator knows it.</param>
/// <param name="Issuer">The issuer; null if only the operator knows it.</param>
/// <param name="Scopes">The scopes that are needed for the address.</param>
sealed record ProviderFacts(string? DisplayName, string? Issuer, string Scopes)
{
    /// <summary>Whether it is an OpenID Connect provider, and not only one of OAuth with a description of its users.</summary>
    public bool IsOidc { get; init; } = true;

    /// <summary>Whether it returns the nonce of the request. LinkedIn ignores it.</summary>
    public bool ReturnsNonce { get; init; } = true;

    /// <summary>Whether it accepts PKCE (RFC 7636). LinkedIn refuses a confidential client that uses it.</summary>
    public bool TakesPkce { get; init; } = true;

    /// <summary>Whether it takes the secret only in the body.</summary>
    public bool TakesSecretInBody { get; init; }

    /// <summary>Whether it answers with a form, which is sent to this service. Apple does, as soon as a scope is requested.</summary>
    public bool AnswersWithForm { get; init; }

    static readonly ProviderFacts Generic = new(null, null, "openid email");

    public static ProviderFacts Of(ProviderKind kind) => kind switch
    {
        ProviderKind.Google => new("Google", "https://accounts.google.com", Generic.Scopes),
        ProviderKind.Microsoft => new("Microsoft", "https://login.microsoftonline.com/common/v2.0", "openid email profile"),
        ProviderKind.Apple => new("Apple", "https://appleid.apple.com", Generic.Scopes) { TakesSecretInBody = true, AnswersWithForm = true },
        ProviderKind.GitHub => new("GitHub", "https://github.com", "read:user user:email") { IsOidc = false },
        ProviderKind.GitLab => new("GitLab", "https://gitlab.com", Generic.Scopes),
        ProviderKind.Discord => new("Discord", "https://discord.com", "identify email") { IsOidc = false },
        ProviderKind.Facebook => new("Facebook", "https://www.facebook.com", "email") { IsOidc = false },
        ProviderKind.LinkedIn => new("LinkedIn", "https://www.linkedin.com/oauth", "openid email profile")
        {
            ReturnsNonce = false,
            TakesPkce = false,
            TakesSecretInBody = true,
        },
        _ => Generic,
    };
}
