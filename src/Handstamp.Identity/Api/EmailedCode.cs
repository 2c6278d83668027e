using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Handstamp.Identity.Api;

/// <summary>A code of Identity as it is in links and mails: base64url of its UTF-8.</summary>
static class EmailedCode
{
    public static string Encode(string code) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(code));

    public static bool TryDecode(string text, [NotNullWhen(true)] out string? code)
    {
        code = null;
        if (!Base64Url.IsValid(text)) return false;
        code = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return true;
    }
}
