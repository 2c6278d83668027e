using System.Text.Json.Serialization;

namespace Handstamp.Server.SignIn.Former;

/// <summary>What the session callback is sent. A class and not a record: its text must not show the token.</summary>
sealed class SessionQuestion
{
    public required string RefreshToken { get; init; }
}

/// <summary>What the session callback answers. Members that are not here are ignored.</summary>
sealed class SessionAnswer
{
    public Guid? Id { get; init; }

    public string? Email { get; init; }

    public string? Username { get; init; }

    /// <summary>In seconds since 1970.</summary>
    public long? AuthTime { get; init; }

    public IReadOnlyList<string>? Amr { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionQuestion))]
[JsonSerializable(typeof(SessionAnswer))]
sealed partial class FormerSessionJson : JsonSerializerContext;
