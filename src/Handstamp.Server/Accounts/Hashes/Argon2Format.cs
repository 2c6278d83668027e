using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>Argon2id and Argon2i (RFC 9106) as PHC strings. libsodium has no Argon2d.</summary>
sealed partial class Argon2Format : IHashFormat
{
    const int LeastMemoryKiB = 8;

    public string Form => "An Argon2 hash must be of Argon2id or Argon2i, version 19: $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH.";

    public bool Begins(string hash) => hash.StartsWith("$argon2", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var (memory, passes, lanes) = (HashText.Number(parts.Groups[2]), HashText.Number(parts.Groups[3]), HashText.Number(parts.Groups[4]));
        if (lanes == 0 || passes == 0 || memory / LeastMemoryKiB < lanes) return null;
        return new StoredHash(new HashCost(memory, (long)memory * passes), password => Sodium.VerifyPassword(hash, password))
        {
            // The service makes such hashes itself, with any cost that the settings allow.
            IsAllowed = memory <= AccountHashingOptions.MostMemoryKiB && passes <= AccountHashingOptions.MostPasses,
        };
    }

    [GeneratedRegex(@"\A\$argon2(id|i)\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,100}\$[A-Za-z0-9+/]{22,200}\z")]
    private static partial Regex Pattern();
}
