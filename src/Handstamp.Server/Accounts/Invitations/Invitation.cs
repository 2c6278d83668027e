namespace Handstamp.Server.Accounts.Invitations;

/// <summary>An address whose owner may add an account, also if registration is not open to everyone. An address has at most one.</summary>
sealed record Invitation
{
    /// <summary>Another invitation of the same address has another one, so the link of the former one is no longer valid.</summary>
    public required Guid Id { get; init; }

    public required Identifier Email { get; init; }

    /// <summary>What the account begins with.</summary>
    public AccountClaims Claims { get; init; } = AccountClaims.None;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From this moment on, it counts as never made.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
