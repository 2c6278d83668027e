using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts;

/// <summary>
/// The identifiers of an account, which both engines put into one column of its row: a JSON array, so that an account
/// is read with one statement.
/// </summary>
static class StoredIdentifiers
{
    public static IReadOnlyList<Identifier> Read(string json) =>
        [.. JsonSerializer.Deserialize(json, StoredIdentifiersJson.Default.IReadOnlyListStoredIdentifier)!.Select(Identifier)];

    static Identifier Identifier(StoredIdentifier stored) => new(
        (IdentifierKind)stored.Kind, stored.Canonical, stored.Value,
        stored.VerifiedAt is { } verified ? DateTimeOffset.FromUnixTimeMilliseconds(verified) : null);
}

sealed record StoredIdentifier(int Kind, string Canonical, string Value, long? VerifiedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<StoredIdentifier>))]
sealed partial class StoredIdentifiersJson : JsonSerializerContext;
