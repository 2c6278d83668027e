using System.Security.Cryptography;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>PBKDF2 (RFC 8018) with a hash function and a number of iterations.</summary>
readonly record struct Pbkdf2(HashAlgorithmName Hash, int Iterations)
{
    const int MostIterations = 999_999_999;

    // One digest, or the 64 bytes of old Keycloak. A hash that was cut off is none.
    static readonly int[] KeyLengths = [SHA1.HashSizeInBytes, SHA256.HashSizeInBytes, SHA512.HashSizeInBytes];

    /// <summary>By the name in the texts of hashes; null if there is no such function.</summary>
    public static HashAlgorithmName? HashOf(string name) => name switch
    {
        "" or "sha1" => HashAlgorithmName.SHA1,
        "sha256" => HashAlgorithmName.SHA256,
        "sha512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>A verification; null if nothing can be derived with these parameters.</summary>
    public StoredHash? ToHash(byte[] salt, byte[] key)
    {
        if (Iterations is < 1 or > MostIterations || !KeyLengths.Contains(key.Length)) return null;
        var (hash, iterations) = this;
        return new StoredHash(new HashCost(0, WorkOf(key.Length)), password => CryptographicOperations.FixedTimeEquals(
            Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, hash, key.Length), key));
    }

    // Each block of the key takes all iterations.
    long WorkOf(int length) => Iterations * ((length + BlockLength - 1L) / BlockLength) * TenthsOfIteration / 10;

    // KiB of Argon2id that take as long as ten iterations.
    int TenthsOfIteration => Hash == HashAlgorithmName.SHA512 ? 12 : 5;

    int BlockLength => Hash == HashAlgorithmName.SHA512 ? SHA512.HashSizeInBytes
        : Hash == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes
        : SHA1.HashSizeInBytes;
}
