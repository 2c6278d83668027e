namespace Handstamp.Client;

/// <summary>A person at another service by whom the account can be logged in to, as <c>GET /external-logins</c> returns it.</summary>
public sealed class ExternalLogin
{
    /// <summary>Its id in the service.</summary>
    public required Guid Id { get; init; }

    /// <summary>The operator's name for the provider, such as <c>google</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>An address or a user name at the provider, if the provider says one. It need not be verified.</summary>
    public string? Label { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When somebody logged in by it last.</summary>
    public required DateTimeOffset LastUsedAt { get; init; }
}
