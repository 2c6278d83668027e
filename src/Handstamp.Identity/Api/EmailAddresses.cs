using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace Handstamp.Identity.Api;

/// <summary>The addresses that Identity itself accepts, and that fit into its columns.</summary>
static class EmailAddresses
{
    // The columns of Identity. Databases that keep to their lengths would fail.
    const int MaxLength = 256;

    static readonly EmailAddressAttribute Rule = new();

    // PostgreSQL takes no U+0000.
    public static bool IsValid([NotNullWhen(true)] string? email) =>
        email is { Length: > 0 and <= MaxLength } && Rule.IsValid(email) && !email.Contains('\0', StringComparison.Ordinal);
}
