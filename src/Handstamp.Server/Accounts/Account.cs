using System.Security.Cryptography;
using Handstamp.Server.Accounts.Terms;

namespace Handstamp.Server.Accounts;

/// <summary>A person who can log in, as stored at the time of reading.</summary>
sealed record Account
{
    /// <summary>What is stored in place of a hash while only the former system can check the password.</summary>
    public const string FormerPassword = "$former$";

    public required Guid Id { get; init; }

    /// <summary>The names that find the account, the oldest first. There may be none.</summary>
    public required IReadOnlyList<Identifier> Identifiers { get; init; }

    /// <summary>Null if the account has no password; <see cref="FormerPassword"/> if only the former system can check it.</summary>
    public string? PasswordHash { get; init; }

    public AccountClaims Claims { get; init; } = AccountClaims.None;

    /// <summary>
    /// It changes with the password, and the account's sessions end then. A login that was verified against an older
    /// stamp begins no session.
    /// </summary>
    public required string SecurityStamp { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>When it will be deleted, because its owner has asked for that; otherwise null.</summary>
    public DateTimeOffset? DeleteAt { get; init; }

    /// <summary>What its owner has accepted last; null if nothing.</summary>
    public AcceptedTerms? Terms { get; init; }

    /// <summary>Whether only the former system can check its password.</summary>
    public bool HasFormerPassword => PasswordHash == FormerPassword;

    /// <summary>Its oldest e-mail address, as the person wrote it; null if there is none.</summary>
    public string? Email => Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Email)?.Value;

    /// <summary>Its username, as the person wrote it; null if there is none.</summary>
    public string? Username => Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Username)?.Value;

    /// <summary>Whether its owner has shown to read the mails to <see cref="Email"/>.</summary>
    public bool IsEmailVerified => Identifiers.FirstOrDefault(one => one.Kind == IdentifierKind.Email)?.VerifiedAt is not null;

    /// <summary>For messages: the oldest identifier, or the id if the account has none.</summary>
    public string Label => Identifiers.Count > 0 ? Identifiers[0].Value : Id.ToString();

    /// <summary>Under what attempts at it are counted: its oldest identifier, as identifiers are compared.</summary>
    public string Counted => Identifiers.Count > 0 ? Identifiers[0].Canonical : Id.ToString();

    public static string NewStamp() => RandomNumberGenerator.GetHexString(32);
}
