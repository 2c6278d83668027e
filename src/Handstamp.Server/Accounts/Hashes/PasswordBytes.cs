using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>A password as the functions take it: in UTF-8, in memory that is wiped afterwards.</summary>
static class PasswordBytes
{
    public const int Most = PasswordPolicy.MaxLength * 3;

    /// <summary>The password has at most <see cref="PasswordPolicy.MaxLength"/> characters.</summary>
    public static T Use<T>(string password, Func<ReadOnlySpan<byte>, T> use)
    {
        Span<byte> utf8 = stackalloc byte[Most];
        try
        {
            return use(utf8[..Encoding.UTF8.GetBytes(password, utf8)]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }
}
