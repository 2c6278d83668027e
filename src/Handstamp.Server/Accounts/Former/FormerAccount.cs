namespace Handstamp.Server.Accounts.Former;

/// <summary>An account by everything that the former system may know it by.</summary>
public sealed class FormerAccount
{
    /// <summary>The id of the account, which an import can keep.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its oldest e-mail address, as the person wrote it; null if there is none.</summary>
    public string? Email { get; init; }

    /// <summary>Its username, as the person wrote it; null if there is none.</summary>
    public string? Username { get; init; }
}
