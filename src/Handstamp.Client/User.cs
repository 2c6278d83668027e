namespace Handstamp.Client;

/// <summary>An account, as <c>GET /me</c> tells it.</summary>
public sealed class User
{
    /// <summary>What access tokens have as <c>sub</c>.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its address.</summary>
    public required string Email { get; init; }

    /// <summary>Its roles.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>Its custom claims, a list of values for each name; null when it has none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Claims { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
