using System.Runtime.InteropServices;
using System.Text;

namespace Handstamp.Server.Accounts;

/// <summary>The functions of libsodium's password hashing that the service uses.</summary>
static partial class Sodium
{
    // crypto_pwhash_ALG_ARGON2ID13, crypto_pwhash_STRBYTES
    const int Argon2id13 = 2;
    const int HashLength = 128;

    // ENOMEM, the same on all Unixes.
    const int OutOfMemory = 12;

    public static void Initialize()
    {
        // 0: done; 1: was already done.
        if (Init() < 0) throw new InvalidOperationException("libsodium finds no source of randomness.");
    }

    public static string HashPassword(ReadOnlySpan<byte> password, int passes, int memoryKiB)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        if (Hash(hash, password, (ulong)password.Length, (ulong)passes, Bytes(memoryKiB), Argon2id13) != 0)
            throw NoMemory();
        return Encoding.ASCII.GetString(hash[..hash.IndexOf((byte)0)]);
    }

    /// <summary>Throws if there is too little memory, which is not the same as a wrong password.</summary>
    public static bool VerifyPassword(string hash, ReadOnlySpan<byte> password)
    {
        if (Verify(hash, password, (ulong)password.Length) == 0) return true;
        return Marshal.GetLastPInvokeError() == OutOfMemory ? throw NoMemory() : false;
    }

    public static bool HasCost(string hash, int passes, int memoryKiB) =>
        NeedsRehash(hash, (ulong)passes, Bytes(memoryKiB)) == 0;

    /// <summary>Fills the key. Throws if there is too little memory; no other parameters fail that are valid.</summary>
    public static void Scrypt(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, ulong n, int r, int p, Span<byte> key)
    {
        if (ScryptKey(password, (nuint)password.Length, salt, (nuint)salt.Length, n, (uint)r, (uint)p, key, (nuint)key.Length) != 0)
            throw NoMemory();
    }

    static InsufficientMemoryException NoMemory() => new("There is not enough memory to hash a password.");

    static nuint Bytes(int kibibytes) => (nuint)kibibytes * 1024;

    [LibraryImport("libsodium", EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Init();

    [LibraryImport("libsodium", EntryPoint = "crypto_pwhash_str_alg")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Hash(
        Span<byte> hash, ReadOnlySpan<byte> password, ulong length, ulong passes, nuint memory, int algorithm);

    [LibraryImport("libsodium", EntryPoint = "crypto_pwhash_str_verify", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Verify(string hash, ReadOnlySpan<byte> password, ulong length);

    [LibraryImport(
        "libsodium", EntryPoint = "crypto_pwhash_str_needs_rehash", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NeedsRehash(string hash, ulong passes, nuint memory);

    [LibraryImport("libsodium", EntryPoint = "crypto_pwhash_scryptsalsa208sha256_ll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ScryptKey(
        ReadOnlySpan<byte> password, nuint length, ReadOnlySpan<byte> salt, nuint saltLength, ulong n, uint r, uint p, Span<byte> key,
        nuint keyLength);
}
