using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// ASP.NET Core Identity: base64 of a first byte 0 (V2: PBKDF2 with SHA-1, 1000 iterations) or 1 (V3: the function, the iterations
/// and the length of the salt are in the next twelve bytes).
/// </summary>
sealed partial class IdentityFormat : IHashFormat
{
    const int SaltLengthOfV2 = 16;
    const int LengthOfV2 = 1 + SaltLengthOfV2 + 32;
    const int HeaderOfV3 = 1 + (3 * sizeof(int));
    const int LeastSalt = 16;

    public string Form => "A hash of ASP.NET Core Identity must be base64 in version 2 or 3.";

    public bool Begins(string hash) => hash.StartsWith('A');

    public StoredHash? Read(string hash) =>
        !Pattern().IsMatch(hash) ? null
        : HashText.FromBase64(hash) switch
        {
            { Length: LengthOfV2 } bytes when bytes[0] == 0 =>
                new Pbkdf2(HashAlgorithmName.SHA1, Iterations: 1000).ToHash(bytes[1..(1 + SaltLengthOfV2)], bytes[(1 + SaltLengthOfV2)..]),
            { Length: > HeaderOfV3 } bytes when bytes[0] == 1 => ReadV3(bytes),
            _ => null,
        };

    static StoredHash? ReadV3(byte[] bytes)
    {
        var (function, iterations, salt) = (Number(bytes, 0), Number(bytes, 1), Number(bytes, 2));
        if (FunctionOf(function) is not { } hash || salt < LeastSalt || salt > bytes.Length - HeaderOfV3) return null;
        var rest = bytes.AsSpan(HeaderOfV3);
        return new Pbkdf2(hash, iterations).ToHash(rest[..salt].ToArray(), rest[salt..].ToArray());
    }

    // KeyDerivationPrf
    static HashAlgorithmName? FunctionOf(int number) => number switch
    {
        0 => HashAlgorithmName.SHA1,
        1 => HashAlgorithmName.SHA256,
        2 => HashAlgorithmName.SHA512,
        _ => null,
    };

    static int Number(byte[] bytes, int index) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1 + (index * sizeof(int))));

    [GeneratedRegex(@"\AA[A-Za-z0-9+/]+={0,2}\z")]
    private static partial Regex Pattern();
}
