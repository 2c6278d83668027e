namespace Handstamp.Server.Accounts;

/// <summary>The kind of a name that finds an account. The numbers are stored.</summary>
enum IdentifierKind
{
    Email = 1,
}

/// <summary>A name that finds an account. No two accounts have the same.</summary>
/// <param name="Kind">What kind of name it is.</param>
/// <param name="Canonical">The form in which names of this kind are compared; unique within the kind.</param>
/// <param name="Value">As the person wrote it.</param>
/// <param name="VerifiedAt">When its owner proved to own it; null until then.</param>
sealed record Identifier(IdentifierKind Kind, string Canonical, string Value, DateTimeOffset? VerifiedAt = null)
{
    /// <summary>How many an account can have.</summary>
    public const int MostPerAccount = 10;

    public static Identifier OfEmail(string address) =>
        new(IdentifierKind.Email, EmailAddress.Canonical(address), address);
}
