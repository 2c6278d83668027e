using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Handstamp.Pages;

/// <summary>
/// A file that the pages need. Its version is part of its address, so browsers may cache it without a limit.
/// </summary>
sealed record Asset(string ContentType, byte[] Content)
{
    public const int MaxLogo = 256 * 1024;

    public string Version { get; } = Base64Url.EncodeToString(SHA256.HashData(Content).AsSpan(0, 9));

    public static Asset OfText(string contentType, string text) => new(contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>A text that is embedded in the executable.</summary>
    public static string ReadText(string name)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The media type of a picture by the extension of its file; null if the type is not accepted.</summary>
    public static string? TypeOf(string extension) => extension.ToLowerInvariant() switch
    {
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".webp" => "image/webp",
        _ => null,
    };
}
