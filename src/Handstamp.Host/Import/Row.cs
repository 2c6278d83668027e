using System.Text.Json;

namespace Handstamp.Host.Import;

/// <summary>A user of a file, not looked at yet, or why it cannot be read.</summary>
/// <param name="Number">The line. In a JSON document, which user of the list.</param>
/// <param name="User">A JSON object; undefined if there is a fault.</param>
/// <param name="Fault">A sentence.</param>
readonly record struct Row(long Number, JsonElement User, string? Fault = null)
{
    /// <summary>No user takes more, in bytes or in characters.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>A value that is no object is refused.</summary>
    public static Row Of(long number, JsonElement user) =>
        user.ValueKind == JsonValueKind.Object ? new(number, user) : new(number, default, "A user must be a JSON object.");
}
