namespace Handstamp.Server.Accounts;

/// <summary>A person who can log in. One row.</summary>
sealed class Account
{
    public required Guid Id { get; init; }

    /// <summary>As the person wrote it.</summary>
    public required string Email { get; set; }

    /// <summary>As addresses are compared; unique.</summary>
    public required string NormalizedEmail { get; set; }

    public string? PasswordHash { get; set; }

    public AccountClaims Claims { get; set; } = AccountClaims.None;

    /// <summary>Changes with the password; the account's sessions end with it (ASP.NET Core Identity's security stamp).</summary>
    public required string SecurityStamp { get; set; }

    /// <summary>Changes with every write: an update of an older reading is refused.</summary>
    public required string ConcurrencyStamp { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; set; }
}
