using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Client.Service;

namespace Handstamp.Client.Session;

/// <summary>
/// What the store holds. The access token is there so that a tool which is called again, or another process, need not
/// refresh; nothing depends on it. A class and not a record: its text must not show the tokens.
/// </summary>
sealed class StoredSession
{
    public required string RefreshToken { get; init; }

    public required string AccessToken { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>When the access token came, by this machine's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>In seconds, from then on.</summary>
    public required int ExpiresIn { get; init; }

    [JsonIgnore]
    public TimeSpan Life => TimeSpan.FromSeconds(ExpiresIn);

    /// <summary>What the service has just answered.</summary>
    public static StoredSession Of(TokenAnswer answer, TimeProvider time) => new()
    {
        RefreshToken = answer.RefreshToken,
        AccessToken = answer.AccessToken,
        SessionId = answer.SessionId,
        IssuedAt = time.GetUtcNow(),
        ExpiresIn = answer.ExpiresIn,
    };

    public string Write() => JsonSerializer.Serialize(this, StoredSessionJson.Default.StoredSession);

    /// <summary>Null when the text is none of this client's.</summary>
    public static StoredSession? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, StoredSessionJson.Default.StoredSession);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredSession))]
sealed partial class StoredSessionJson : JsonSerializerContext;
