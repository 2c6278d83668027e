using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Clients;

/// <summary>
/// The credential with which an API follows the feed: <c>hsa_NAME_SECRET</c>, where the secret is 32 random bytes as
/// base64url. Only its SHA-256 is stored, because so many random bytes need no slow hash.
/// </summary>
sealed partial class ResourceServerCredential
{
    const string Prefix = "hsa_";
    const int SecretBytes = 32;
    const int SecretLength = 43;

    readonly byte[] _secret;

    ResourceServerCredential(string name, byte[] secret) => (Name, _secret) = (name, secret);

    public string Name { get; }

    public byte[] SecretHash => SHA256.HashData(_secret);

    public static bool IsName(string name) => NamePattern().IsMatch(name);

    public static ResourceServerCredential Create(string name) => new(name, RandomNumberGenerator.GetBytes(SecretBytes));

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out ResourceServerCredential? credential)
    {
        credential = null;
        if (text.Length is < 4 + 1 + 1 + SecretLength or > 4 + 32 + 1 + SecretLength) return false;
        if (!text.StartsWith(Prefix) || text[^(SecretLength + 1)] != '_') return false;

        var name = text[Prefix.Length..^(SecretLength + 1)].ToString();
        var secret = new byte[SecretBytes];
        // TryDecodeFromChars throws if a character is not of the alphabet.
        if (IsName(name) && Base64Url.DecodeFromChars(text[^SecretLength..], secret, out _, out var written) == OperationStatus.Done && written == SecretBytes)
            credential = new ResourceServerCredential(name, secret);
        return credential is not null;
    }

    public bool Matches(ResourceServer server) => CryptographicOperations.FixedTimeEquals(SecretHash, server.SecretHash);

    /// <summary>The credential itself, to be shown once.</summary>
    public string Reveal() => $"{Prefix}{Name}_{Base64Url.EncodeToString(_secret)}";

    public override string ToString() => $"credential of {Name}";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
