using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Tokens;

namespace Handstamp.Server.Accounts;

/// <summary>What the account adds to its access tokens: roles, and claims that an operator has set.</summary>
sealed record AccountClaims
{
    public static readonly AccountClaims None = new();

    public const int MaxNameLength = 128;
    public const int MaxValueLength = 512;
    // In UTF-16 code units of their JSON. Every access token carries them, and verifiers refuse tokens over 8 KiB.
    public const int MaxLength = 2048;

    static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/-");

    readonly string? _read;

    public AccountClaims()
    {
    }

    // For "with": a changed copy no longer has the text that was read.
    AccountClaims(AccountClaims from) => (Roles, Custom) = (from.Roles, from.Custom);

    AccountClaims(string read, AccountClaims? stored)
    {
        _read = read;
        Roles = Whole(stored?.Roles, role => role is not null);
        Custom = Whole(stored?.Custom, claim => claim is { Name: not null, Value: not null });
    }

    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<AccountClaim> Custom { get; init; } = [];

    /// <summary>The stored form; null if there is nothing, which is the usual case.</summary>
    public string? ToJson() =>
        Roles.Count == 0 && Custom.Count == 0
            ? null
            : JsonSerializer.Serialize(this, AccountClaimsJson.Default.AccountClaims);

    /// <summary>
    /// The text in the row that the claims were read from. If another program wrote the row, the text may differ from
    /// <see cref="ToJson"/>. Without a row, the text that would be stored.
    /// </summary>
    public string? ToStored() => _read ?? ToJson();

    /// <summary>A name can have several values.</summary>
    public Dictionary<string, string[]> CustomByName() => Custom
        .GroupBy(claim => claim.Name, claim => claim.Value)
        .ToDictionary(values => values.Key, values => values.ToArray());

    /// <summary>
    /// In a row that another program has written, a member may be missing. A claim without a name or a value does not count.
    /// </summary>
    public static AccountClaims FromJson(string? json) =>
        json is null ? None : new AccountClaims(json, JsonSerializer.Deserialize(json, AccountClaimsJson.Default.AccountClaims));

    /// <summary>What is wrong with a role or a claim, in a sentence; null if nothing is.</summary>
    public string? Fault() =>
        Roles.Select(RoleFault).FirstOrDefault(fault => fault is not null)
        ?? Custom.Select(ClaimFault).FirstOrDefault(fault => fault is not null)
        ?? (ToJson()?.Length > MaxLength
            ? $"Roles and claims together can take at most {MaxLength} characters of JSON."
            : null);

    static IReadOnlyList<T> Whole<T>(IReadOnlyList<T>? read, Func<T, bool> isWhole) =>
        read is null ? [] : read.All(isWhole) ? read : [.. read.Where(isWhole)];

    static string? RoleFault(string role) => IsName(role) ? null : $"A role must have {NameRule}";

    static string? ClaimFault(AccountClaim claim)
    {
        if (!IsName(claim.Name)) return $"A claim name must have {NameRule}";
        if (AccessToken.IsReserved(claim.Name)) return $"The claim '{claim.Name}' is reserved: tokens use it themselves.";
        return claim.Value.Length > MaxValueLength
            ? $"A claim value can have at most {MaxValueLength} characters."
            : null;
    }

    static string NameRule => $"1 to {MaxNameLength} characters, which can be ASCII letters, digits, and . _ : / or -.";

    static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && !name.AsSpan().ContainsAnyExcept(NameCharacters);
}

sealed record AccountClaim(string Name, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountClaims))]
sealed partial class AccountClaimsJson : JsonSerializerContext;
