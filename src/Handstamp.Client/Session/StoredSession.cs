using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Handstamp.Client.Service;
using Handstamp.Tokens;

namespace Handstamp.Client.Session;

/// <summary>
/// The content of the store. It includes the access token, so that a tool that is called again, or another process,
/// does not have to refresh. Nothing depends on it. A class and not a record: its text must not show the tokens.
/// </summary>
sealed class StoredSession
{
    public required string RefreshToken { get; init; }

    public required string AccessToken { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>The private key (PKCS #8) of a bound session.</summary>
    public byte[]? Key { get; init; }

    /// <summary>When the access token arrived, by this machine's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>In seconds from its arrival.</summary>
    public required int ExpiresIn { get; init; }

    /// <summary>The resource that the app requested for the access token, if any.</summary>
    public string? Resource { get; init; }

    /// <summary>The service's retry window in seconds, if the service has sent it.</summary>
    public double? RetryWindow { get; init; }

    [JsonIgnore]
    public TimeSpan Life => TimeSpan.FromSeconds(ExpiresIn);

    /// <summary>
    /// The content after an answer that has just arrived, with the key of the proof if there was one.
    /// </summary>
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

    /// <summary>The content after the answer to a refresh, with the access token that was there before.</summary>
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

    /// <summary>The content after the answer to a reauthentication, with the refresh token that was there before.</summary>
    public StoredSession WithAccessTokenOf(AccessAnswer answer, string? resource, TimeProvider time) => new()
    {
        Key = Key,
        RefreshToken = RefreshToken,
        AccessToken = answer.AccessToken,
        SessionId = SessionId,
        IssuedAt = time.GetUtcNow(),
        ExpiresIn = answer.ExpiresIn,
        Resource = resource,
        RetryWindow = answer.RetryWindow,
    };

    public SigningKey? ImportKey() => Key is null ? null : SigningKey.ImportPkcs8(JwsAlgorithm.Es256, Key);

    public string Write() => JsonSerializer.Serialize(this, StoredSessionJson.Default.StoredSession);

    /// <summary>Null if this client has not written the text.</summary>
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

// The generated writer turns a null array into an empty text.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSession))]
sealed partial class StoredSessionJson : JsonSerializerContext;
