using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Bearer.Verification;

/// <summary>
/// The SHA-256 of a token: what a verified token is remembered by. The token itself is not kept, so a dump of the process
/// does not hold every token that is alive; and 32 bytes are less than the 1.5 kB of its text.
/// </summary>
readonly record struct TokenDigest(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The longest token that can have been verified.</summary>
    const int MaxLength = 8 * 1024;

    /// <summary>False for what can't be a token. Allocates nothing.</summary>
    public static bool TryCompute(ReadOnlySpan<char> token, out TokenDigest digest)
    {
        digest = default;
        if (token.Length > MaxLength)
            return false;

        Span<byte> ascii = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, ascii, out _) != OperationStatus.Done)
            return false;

        SHA256.HashData(ascii, MemoryMarshal.AsBytes(new Span<TokenDigest>(ref digest)));
        return true;
    }

    // Any part of a SHA-256 is as good a hash as another.
    public override int GetHashCode() => (int)A;
}
