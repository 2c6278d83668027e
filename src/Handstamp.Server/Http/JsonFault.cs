using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Handstamp.Server.Http;

/// <summary>Says in a sentence why a body was refused. Runs only after the strict parse has refused it.</summary>
static class JsonFault
{
    public static string Describe(ReadOnlySequence<byte> body, JsonTypeInfo type)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? DescribeMembers(document.RootElement, type)
                : "The body must be a JSON object.";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "The body is not valid JSON.";
        }
    }

    static string DescribeMembers(JsonElement body, JsonTypeInfo type)
    {
        var known = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            if (!known.TryGetValue(member.Name, out var property))
                return $"The member '{Shown(member.Name)}' is not allowed here.";
            if (!seen.Add(member.Name)) return $"The member '{member.Name}' is given twice.";
            if (!Fits(member.Value, property)) return $"The member '{member.Name}' must be {Expected(property)}.";
        }
        var missing = known.Values.FirstOrDefault(property => property.IsRequired && !seen.Contains(property.Name));
        return missing is null ? "The body is not valid JSON." : $"The member '{missing.Name}' is missing.";
    }

    static bool Fits(JsonElement value, JsonPropertyInfo property) => value.ValueKind switch
    {
        JsonValueKind.Null => property.IsSetNullable,
        JsonValueKind.String => !IsFlag(property) && !IsObject(property) && value.GetString() is not null,
        JsonValueKind.True or JsonValueKind.False => IsFlag(property),
        JsonValueKind.Object => IsObject(property),
        _ => false,
    };

    static string Expected(JsonPropertyInfo property) =>
        IsFlag(property) ? "true or false" : IsObject(property) ? "an object" : "a string";

    static bool IsFlag(JsonPropertyInfo property) => property.PropertyType == typeof(bool?);

    static bool IsObject(JsonPropertyInfo property) => property.PropertyType == typeof(JsonElement) || property.PropertyType == typeof(JsonElement?);

    static string Shown(string name) => name.Length <= 40 ? name : string.Concat(name.AsSpan(0, 40), "…");
}
