using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Client.Service;
using Handstamp.Tokens;

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

    /// <summary>The private key (PKCS #8) to which the session is bound, if it is.</summary>
    public byte[]? Key { get; init; }

    /// <summary>When the access token came, by this machine's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>In seconds, from then on.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>What the access token is for, if the app asked for that.</summary>
    public string? Resource { get; init; }

    /// <summary>The service's retry window in seconds, where it has told it.</summary>
    public double? RetryWindow { get; init; }

    [JsonIgnore]
    public TimeSpan Life => TimeSpan.FromSeconds(ExpiresIn);

    /// <summary>What the service has just answered to a request with a proof by the key, if there is one.</summary>
    public static StoredSession Of(TokenAnswer answer, string? resource, SigningKey? key, TimeProvider time) => new()
    {
        Key = answer.TokenType.Equals("DPoP", StringComparison.OrdinalIgnoreCase) ? key?.ExportPkcs8() : null,
        RefreshToken = answer.RefreshToken,
        AccessToken = answer.AccessToken,
        SessionId = answer.SessionId,
        IssuedAt = time.GetUtcNow(),
        ExpiresIn = answer.ExpiresIn,
        Resource = resource,
        RetryWindow = answer.RetryWindow,
    };

    /// <summary>What the service has answered a refresh with, beside the access token that was there.</summary>
    public StoredSession WithRefreshTokenOf(StoredSession answered) => new()
    {
        Key = Key,
        RefreshToken = answered.RefreshToken,
        AccessToken = AccessToken,
        SessionId = SessionId,
        IssuedAt = IssuedAt,
        ExpiresIn = ExpiresIn,
        Resource = Resource,
        RetryWindow = answered.RetryWindow,
    };

    public SigningKey? ImportKey() => Key is null ? null : SigningKey.ImportPkcs8(JwsAlgorithm.Es256, Key);

    public string Write() => JsonSerializer.Serialize(this, StoredSessionJson.Default.StoredSession);

    /// <summary>Null when the text is none of this client's.</summary>
    public static StoredSession? Read(string? text)
    {
        try
        {
            var session = text is null ? null : JsonSerializer.Deserialize(text, StoredSessionJson.Default.StoredSession);
            session?.ImportKey()?.Dispose();
            return session;
        }
        catch (Exception fault) when (fault is JsonException or CryptographicException)
        {
            return null;
        }
    }
}

// The generated writer makes an empty text of an array that is null.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSession))]
sealed partial class StoredSessionJson : JsonSerializerContext;
