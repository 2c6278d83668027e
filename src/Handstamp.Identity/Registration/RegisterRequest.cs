using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Identity.Registration;

/// <summary>The body of <c>POST /register</c>. A class and not a record: its text must not show the password.</summary>
sealed class RegisterRequest
{
    public required string Email { get; init; }

    public required string Password { get; init; }

    /// <summary>The members that are the app's own.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement> Fields { get; init; } = [];
}
