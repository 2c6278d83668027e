using System.Security.Cryptography;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>The parameters of scrypt (RFC 7914): N is 2 to the power of <see cref="LogN"/>.</summary>
readonly record struct Scrypt(int LogN, int R, int P)
{
    const int MostLogN = 24;
    const int MostBlocks = 64;

    // Salsa20/8 over the memory takes longer than a pass of Argon2.
    const int PassesOfArgon2 = 4;

    /// <summary>Whether scrypt can be computed with them at all; the cost may still be too high.</summary>
    public bool AreValid => LogN is >= 1 and <= MostLogN && R is >= 1 and <= MostBlocks && P is >= 1 and <= MostBlocks;

    public HashCost Cost => new(MemoryKiB, MemoryKiB * P * PassesOfArgon2);

    public byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int length)
    {
        var key = new byte[length];
        Sodium.Scrypt(password, salt, 1UL << LogN, R, P, key);
        return key;
    }

    public bool Verify(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> key) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, salt, key.Length), key);

    // 128 bytes times r times N.
    long MemoryKiB => ((long)R << LogN) / 8;
}
