using System.Text;
using System.Text.RegularExpressions;

namespace Handstamp.Server.Accounts.Hashes;

/// <summary>bcrypt. Its variants differ only in faults of old programs.</summary>
sealed partial class BcryptFormat : IHashFormat
{
    const int LeastCost = 4;
    const int MostCost = 31;

    // Of one of the 2^cost rounds, in KiB of Argon2id.
    const long WorkOfRound = 120;

    public string Form => "A bcrypt hash must have 60 characters: $2b$12$ with 22 of salt and 31 of hash.";

    public bool Begins(string hash) => hash.StartsWith("$2", StringComparison.Ordinal);

    public StoredHash? Read(string hash)
    {
        if (Pattern().Match(hash) is not { Success: true } parts) return null;
        var cost = HashText.Number(parts.Groups[1]);
        return cost is < LeastCost or > MostCost
            ? null
            : new StoredHash(new HashCost(0, WorkOfRound << cost), password => BCrypt.Net.BCrypt.Verify(Encoding.UTF8.GetString(password), hash));
    }

    // Anything else makes the library throw.
    [GeneratedRegex(@"\A\$2[abxy]\$(\d\d)\$[./A-Za-z0-9]{53}\z")]
    private static partial Regex Pattern();
}
