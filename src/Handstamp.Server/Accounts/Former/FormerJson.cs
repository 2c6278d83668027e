using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts.Former;

/// <summary>What the password callback is sent. A class and not a record: its text must not show the password.</summary>
sealed class PasswordQuestion
{
    public required Guid Id { get; init; }

    public string? Email { get; init; }

    public string? Username { get; init; }

    public required string Password { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PasswordQuestion))]
sealed partial class FormerJson : JsonSerializerContext;
