using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Handstamp.Tokens.Jose;

/// <summary>
/// base64url as RFC 7515 §2 defines it. The framework's decoder also accepts padding and white space, so the alphabet
/// is checked first. The decoder itself refuses unused bits that are not zero. So each value has exactly one encoding.
/// </summary>
static class CanonicalBase64Url
{
    static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.IsEmpty
            && !text.ContainsAnyExcept(Alphabet)
            && Base64Url.DecodeFromUtf8(text, destination, out _, out written) == OperationStatus.Done;
    }

    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        // Without padding, the length of the text gives that of the bytes.
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return TryDecode(text, bytes, out _) ? bytes : null;
    }

    public static byte[]? Decode(string text) => Decode(Encoding.UTF8.GetBytes(text));
}
