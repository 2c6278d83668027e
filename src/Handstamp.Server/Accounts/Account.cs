using System.Security.Cryptography;

namespace Handstamp.Server.Accounts;

/// <summary>A person who can log in, as the stores had them when they were read.</summary>
sealed record Account
{
    public required Guid Id { get; init; }

    /// <summary>What finds the account; the oldest first. There may be none.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>Null where no password logs in.</summary>
    public string? PasswordHash { get; init; }

    public AccountClaims Claims { get; init; } = AccountClaims.None;

    /// <summary>
    /// Changes with the password, and the account's sessions end with it. A login that was verified against an older one
    /// begins no session.
    /// </summary>
    public required string SecurityStamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Its oldest e-mail address, as the person wrote it; null without one.</summary>
    public string? Email => Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Email)?.Value;

    /// <summary>For people: the oldest identifier, or the id of an account that has none.</summary>
    public string Label => Identifiers.Count > 0 ? Identifiers[0].Value : Id.ToString();

    public static string NewStamp() => RandomNumberGenerator.GetHexString(32);
}
