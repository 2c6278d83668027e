using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>
/// Firebase's variant of scrypt (github.com/firebase/scrypt): the key that scrypt derives encrypts the project's signer key, and
/// the result is the hash. Firebase keeps the parameters with the project. Here each hash has them, in the form that Supabase
/// uses (github.com/supabase/auth, internal/crypto/password.go).
/// </summary>
sealed partial class FirebaseScryptFormat : IHashFormat
{
    const string Prefix = "$fbscrypt$";
    const int KeyLength = 32;
    const int BlockLength = 16;

    public string Form => $"A Firebase hash must have the form {Prefix}v=1,n=14,r=8,p=1,ss=SEPARATOR,sk=SIGNER-KEY$SALT$HASH.";

    /// <summary>The text of a hash. The last four arguments are base64, as Firebase writes them.</summary>
    public static string Text(int memCost, int rounds, string separator, string signerKey, string salt, string hash) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}v=1,n={memCost},r={rounds},p=1,ss={Plain(separator)},sk={Plain(signerKey)}${Plain(salt)}${Plain(hash)}");

    public bool Begins(string hash) => hash.StartsWith(Prefix, StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var scrypt = new Scrypt(HashText.Number(parts.Groups[1]), HashText.Number(parts.Groups[2]), P: 1);
        return scrypt.AreValid
            && HashText.FromBase64(parts.Groups[3]) is { } separator && HashText.FromBase64(parts.Groups[4]) is { } signerKey
            && HashText.FromBase64(parts.Groups[5]) is { } salt && HashText.FromBase64(parts.Groups[6]) is { } encrypted
            && encrypted.Length == signerKey.Length
            ? new StoredHash(scrypt.Cost, password => CryptographicOperations.FixedTimeEquals(
                Encrypt(signerKey, scrypt.Derive(password, [.. salt, .. separator], KeyLength)), encrypted))
            : null;
    }

    // AES in counter mode, from zero.
    static byte[] Encrypt(byte[] text, byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var stream = new byte[(text.Length + BlockLength - 1) / BlockLength * BlockLength];
        for (var block = 0; block < stream.Length / BlockLength; block++)
            BinaryPrimitives.WriteInt32BigEndian(stream.AsSpan((block * BlockLength) + BlockLength - sizeof(int)), block);
        stream = aes.EncryptEcb(stream, PaddingMode.None);
        return [.. text.Zip(stream, (one, other) => (byte)(one ^ other))];
    }

    // Firebase's exports have the alphabet of URLs.
    static string Plain(string base64) => base64.Replace('-', '+').Replace('_', '/');

    [GeneratedRegex(@"\A\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,3}),p=1,ss=([A-Za-z0-9+/]{0,100}={0,2}),sk=([A-Za-z0-9+/]{22,200}={0,2})\$([A-Za-z0-9+/]{1,100}={0,2})\$([A-Za-z0-9+/]{22,200}={0,2})\z")]
    private static partial Regex Pattern();
}
