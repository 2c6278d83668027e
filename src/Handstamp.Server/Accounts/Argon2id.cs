using System.Security.Cryptography;
using Handstamp.Server.Accounts.Hashes;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// Argon2id at the configured cost, as PHC strings (RFC 9106; one lane, because logins already run in parallel). A call
/// takes that memory and time: make it on a thread of the <see cref="HashingQueue"/>.
/// </summary>
sealed class Argon2id
{
    const string Prefix = "$argon2id$";

    const int SaltLength = 16;
    const int TagLength = 32;
    const int LeastMemoryKiB = 8;

    readonly int _memoryKiB;
    readonly int _passes;

    public Argon2id(IOptions<AccountOptions> options)
    {
        _memoryKiB = options.Value.Hashing.MemoryKiB;
        _passes = options.Value.Hashing.Passes;
    }

    static Argon2id() => Sodium.Initialize();

    /// <summary>The memory of one hash of the configured cost.</summary>
    public int MemoryKiB => _memoryKiB;

    public string Hash(string password) =>
        PasswordBytes.Use(password, bytes => Sodium.HashPassword(bytes, _passes, _memoryKiB));

    /// <summary>False for a wrong password, and for a string that is not an Argon2id hash.</summary>
    public static bool Verify(string hash, string password) => PasswordBytes.Use(password, bytes => Sodium.VerifyPassword(hash, bytes));

    /// <summary>
    /// Whether the hash has exactly the configured cost. A more expensive one is replaced too: if every account costs
    /// the same, a known address cannot be distinguished from an unknown one.
    /// </summary>
    public bool IsCurrent(string hash) => Sodium.HasCost(hash, _passes, _memoryKiB);

    /// <summary>A hash of the configured cost for which nobody knows a password. It takes no work to make.</summary>
    public string MakeDecoy() => MakeDecoy(_memoryKiB, _passes);

    /// <summary>
    /// A hash for which nobody knows a password, with the work by which this work falls short of the configured cost; null if
    /// it does not. The work is memory times passes.
    /// </summary>
    public string? MakeDecoyOfRest(long work)
    {
        var rest = ((long)_memoryKiB * _passes) - work;
        // No pass is larger than one of a hash of the configured cost.
        var passes = (rest + _memoryKiB - 1) / _memoryKiB;
        return rest < LeastMemoryKiB ? null : MakeDecoy(rest / passes, passes);
    }

    static string MakeDecoy(long memoryKiB, long passes)
    {
        var salt = Unpadded(RandomNumberGenerator.GetBytes(SaltLength));
        var tag = Unpadded(RandomNumberGenerator.GetBytes(TagLength));
        return $"{Prefix}v=19$m={memoryKiB},t={passes},p=1${salt}${tag}";
    }

    static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
}
