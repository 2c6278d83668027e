using Microsoft.AspNetCore.Identity;

namespace Handstamp.Server.Accounts;

/// <summary>How names are compared: addresses in any case, roles as they are written, as tokens carry them.</summary>
sealed class AccountNormalizer : ILookupNormalizer
{
    readonly UpperInvariantLookupNormalizer _upper = new();

    public string? NormalizeEmail(string? email) => _upper.NormalizeEmail(email);

    // Identity asks for user names, which are addresses here, and for roles, which can't hold an '@'.
    public string? NormalizeName(string? name) =>
        name is not null && name.Contains('@', StringComparison.Ordinal) ? _upper.NormalizeName(name) : name;
}
