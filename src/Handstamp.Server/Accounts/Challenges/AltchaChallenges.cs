using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Tokens;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>
/// Makes challenges, and checks their solutions with one hash and one MAC. Nothing is stored for a challenge, so strangers can
/// request as many as they like, and every node accepts those of the others.
/// </summary>
sealed partial class AltchaChallenges(KeyRingService keys, IOptions<ChallengeOptions> options, TimeProvider clock)
{
    /// <summary>From the challenge to its solution.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    const string Algorithm = "SHA-256";

    // A solution has some 300 bytes, and programs add little.
    const int MaxLength = 2048;

    static ReadOnlySpan<byte> Purpose => "handstamp challenge"u8;

    public AltchaChallenge Make()
    {
        var now = clock.Now();
        var key = keys.Ring.MacKey(now);
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var salt = string.Create(CultureInfo.InvariantCulture, $"{random}?key={key.Id:x2}&expires={(now + Life).ToUnixTimeSeconds()}&");
        var challenge = HashOf(salt, RandomNumberGenerator.GetInt32(options.Value.MaxNumber + 1));
        return new(Algorithm, challenge, options.Value.MaxNumber, salt, Convert.ToHexStringLower(Authenticate(key, challenge)));
    }

    /// <summary>Null if it does not solve a challenge that this service made, or if its time is over.</summary>
    public SolvedChallenge? Read(string text)
    {
        if (text.Length > MaxLength || Decode(text) is not { Algorithm: Algorithm } solution) return null;
        // The salt has one form and its parts one length: otherwise digits of the number could be read as those of the time.
        if (Salt().Match(solution.Salt) is not { Success: true } salt) return null;
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(salt.Groups["expires"].ValueSpan, CultureInfo.InvariantCulture));
        if (expiresAt <= clock.Now() || HashOf(solution.Salt, solution.Number) != solution.Challenge) return null;
        if (keys.Ring.FindMacKey(byte.Parse(salt.Groups["key"].ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)) is not { } key)
            return null;
        var mac = Authenticate(key, solution.Challenge);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(mac)), Encoding.UTF8.GetBytes(solution.Signature))
            ? new(BinaryPrimitives.ReadUInt128BigEndian(mac), expiresAt)
            : null;
    }

    static string HashOf(string salt, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));

    // The challenge is a hash of the salt, so the MAC covers the time as well.
    static byte[] Authenticate(MacKey key, string challenge) => HMACSHA256.HashData(key.DeriveKey(Purpose), Encoding.ASCII.GetBytes(challenge));

    static AltchaSolution? Decode(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return null;
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), AltchaJson.Default.AltchaSolution);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\?key=(?<key>[0-9a-f]{2})&expires=(?<expires>[0-9]{10})&\z")]
    private static partial Regex Salt();
}
