using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Client.Service;

/// <summary>What the service asks for while it is attacked: work in the form of ALTCHA, or the response of another service's widget.</summary>
sealed record Challenge
{
    /// <summary>The header with the solution.</summary>
    public const string Header = "Altcha";

    /// <summary>The header with the response of a widget.</summary>
    public const string SiteHeader = "Siteverify";

    public string? Algorithm { get; init; }

    [JsonPropertyName("challenge")]
    public string? Wanted { get; init; }

    public int Maxnumber { get; init; }

    public string? Salt { get; init; }

    public string? Signature { get; init; }

    public string? Service { get; init; }

    public string? SiteKey { get; init; }

    public string? Action { get; init; }

    /// <summary>What another service has to check; null if it is work.</summary>
    [JsonIgnore]
    public SiteChallenge? OfSite => Service is { } service && SiteKey is { } key ? new SiteChallenge(service, key, Action ?? "") : null;

    // Seconds of work. A service that asks for more is refused.
    const int Most = 10_000_000;

    /// <summary>The number for which the hash is the given one. Null until it is known.</summary>
    public int? Number { get; init; }

    /// <summary>The value of the header; null if there is no such number, or it is not work.</summary>
    public Task<string?> SolveAsync(CancellationToken cancel) => Task.Run(() => Solve(cancel), cancel);

    string? Solve(CancellationToken cancel)
    {
        if (Salt is null) return null;
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
