using System.Diagnostics.CodeAnalysis;
using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Storage;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The most common passwords that are known from breaches, in lower case. The list is part of the executable:
/// eng/common-passwords.mjs.
/// </summary>
static class CommonPasswords
{
    static readonly Lazy<PasswordFilter> List = new(Load);

    public static bool Contains(string password) => List.Value.Contains(password.ToLowerInvariant());

    [SuppressMessage("Reliability", "CA2000", Justification = "It has nothing to dispose of.")]
    static PasswordFilter Load()
    {
        using var resource = typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.filter")!;
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return new PasswordFilter(new MemoryBytes(file));
    }
}
