namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// The public keys that the options offer (RFC 9053 §2.1, RFC 8812 §2), by the bytes with which each of them begins: kind,
/// algorithm and curve in the canonical order of CTAP. The handler checks the algorithm, but not that it fits the key.
/// </summary>
static class CoseKey
{
    public const int Es256 = -7;
    public const int Rs256 = -257;

    // What RSA with 4096 bits needs. A larger key would only make each verification slower.
    const int MaxLength = 600;

    static ReadOnlySpan<byte> BeginningOfEs256 => [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];

    static ReadOnlySpan<byte> BeginningOfRs256 => [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20];

    // The exponent 65537, which is last. A longer one would let the key's owner choose what each verification costs.
    static ReadOnlySpan<byte> EndOfRs256 => [0x21, 0x43, 0x01, 0x00, 0x01];

    public static bool IsOffered(ReadOnlySpan<byte> key) =>
        key.Length <= MaxLength
        && (key.StartsWith(BeginningOfEs256) || (key.StartsWith(BeginningOfRs256) && key.EndsWith(EndOfRs256)));
}
