using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts;

/// <summary>What the account puts into its access tokens: roles, and claims that an operator gave it.</summary>
sealed record AccountClaims
{
    public static readonly AccountClaims None = new();

    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<AccountClaim> Custom { get; init; } = [];

    /// <summary>As the stores keep it; null when there is nothing, which is the usual case.</summary>
    public string? ToJson() =>
        Roles.Count == 0 && Custom.Count == 0 ? null : JsonSerializer.Serialize(this, AccountClaimsJson.Default.AccountClaims);

    public static AccountClaims FromJson(string? json) =>
        json is null ? None : JsonSerializer.Deserialize(json, AccountClaimsJson.Default.AccountClaims) ?? None;
}

sealed record AccountClaim(string Name, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AccountClaims))]
sealed partial class AccountClaimsJson : JsonSerializerContext;
