using System.Security.Cryptography;
using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>
/// A signature algorithm of RFC 7518 §3.1, with everything that this library knows about it. The static members are the
/// complete table: algorithms that are not in it (<c>none</c>, the HMACs, and the rest) do not exist here.
/// </summary>
public abstract class JwsAlgorithm
{
    private protected JwsAlgorithm() { }

    /// <summary>ECDSA on the curve P-256 with SHA-256 (RFC 7518 §3.4).</summary>
    public static JwsAlgorithm Es256 { get; } = new Es256Algorithm();

    /// <summary>
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3), for verifiers that cannot do ES256. Keys have 2048 to 8192 bits.
    /// </summary>
    public static JwsAlgorithm Rs256 { get; } = new Rs256Algorithm();

    static readonly JwsAlgorithm[] Table = [Es256, Rs256];

    /// <summary>The <c>alg</c> value, for example <c>ES256</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The algorithm of this name (exact, case-sensitive), or null.</summary>
    public static JwsAlgorithm? Find(ReadOnlySpan<char> name)
    {
        foreach (var algorithm in Table)
        {
            if (name.SequenceEqual(algorithm.Name)) return algorithm;
        }

        return null;
    }

    /// <summary>The name of the algorithm.</summary>
    public override string ToString() => Name;

    internal static JwsAlgorithm? ForKeyType(string keyType) => Array.Find(Table, entry => entry.KeyType == keyType);

    internal abstract string KeyType { get; }

    /// <summary>The members of the public key, in the order in which RFC 7638 §3.2 hashes them.</summary>
    internal abstract IReadOnlyList<string> KeyMembers { get; }

    /// <summary>
    /// A function that builds a key from the values of <see cref="KeyMembers"/>, or null if they are not an acceptable
    /// public key. All checks are made here, so building the key cannot fail.
    /// </summary>
    internal abstract Func<AsymmetricAlgorithm>? Importer(IReadOnlyList<string> members);

    /// <summary>The values of <see cref="KeyMembers"/>.</summary>
    internal abstract IReadOnlyList<string> Export(AsymmetricAlgorithm key);

    internal abstract AsymmetricAlgorithm CreateKey();

    /// <summary>An empty key object to import into.</summary>
    internal abstract AsymmetricAlgorithm CreateEmpty();

    internal abstract int SignatureSize(AsymmetricAlgorithm key);

    internal abstract int Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, Span<byte> destination);

    internal abstract bool Verify(AsymmetricAlgorithm key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
}
