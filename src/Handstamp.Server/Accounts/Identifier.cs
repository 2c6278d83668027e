namespace Handstamp.Server.Accounts;

/// <summary>The kind of a name that finds an account. The numbers are stored.</summary>
enum IdentifierKind
{
    Email = 1,
    Username = 2,
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

    public static Identifier OfUsername(string name) => new(IdentifierKind.Username, Accounts.Username.Canonical(name), name);

    /// <summary>What a person types to say who they are. A username has no @, and an address has one.</summary>
    public static Identifier Of(string name) => name.Contains('@', StringComparison.Ordinal) ? OfEmail(name) : OfUsername(name);

    /// <summary>The member of a request that has it.</summary>
    public string Member => Kind == IdentifierKind.Email ? "email" : "username";

    /// <summary>What is wrong with it, in a sentence; null if nothing is.</summary>
    public string? Fault() => Kind == IdentifierKind.Email ? EmailAddress.Fault(Value) : Accounts.Username.Fault(Value);
}
