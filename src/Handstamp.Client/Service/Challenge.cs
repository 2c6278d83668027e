using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Client.Service;

/// <summary>What the service asks for while it is attacked, in the form of ALTCHA.</summary>
sealed record Challenge(
    string Algorithm, [property: JsonPropertyName("challenge")] string Wanted, int Maxnumber, string Salt, string Signature)
{
    /// <summary>The header with the solution.</summary>
    public const string Header = "Altcha";

    // Seconds of work. A service that asks for more is refused.
    const int Most = 10_000_000;

    /// <summary>The number for which the hash is the given one. Null until it is known.</summary>
    public int? Number { get; init; }

    /// <summary>The value of the header; null if there is no such number.</summary>
    public Task<string?> SolveAsync(CancellationToken cancel) => Task.Run(() => Solve(cancel), cancel);

    string? Solve(CancellationToken cancel)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (var number = 0; number <= Math.Min(Maxnumber, Most); number++)
        {
            cancel.ThrowIfCancellationRequested();
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Salt}{number}")), hash);
            if (Convert.ToHexStringLower(hash) == Wanted)
                return Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(this with { Number = number }, Wire.Default.Challenge));
        }
        return null;
    }
}
