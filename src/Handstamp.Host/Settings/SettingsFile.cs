using System.Text.Json;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Settings;

/// <summary>
/// <c>handstamp.json</c>: an object with an object per section. Comments and trailing commas are allowed, a key given
/// twice is not.
/// </summary>
sealed class SettingsFile(string path, ICollection<string> faults)
{
    static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    readonly List<SettingValue> _values = [];

    public IReadOnlyList<SettingValue> Read()
    {
        try
        {
            using var document = JsonDocument.Parse(SmallFile.Read(path), Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object) ReadSection(document.RootElement, "");
            else faults.Add($"{path} must contain one JSON object.");
        }
        catch (JsonException fault)
        {
            // What follows in .NET's message is about its reader, and counts lines from zero.
            faults.Add($"{path} is not valid JSON, in line {fault.LineNumber + 1}: {fault.Message.Split(". ")[0]}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"Cannot read the settings file: {fault.Message}");
        }
        return _values;
    }

    void ReadSection(JsonElement section, string prefix)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in section.EnumerateObject())
        {
            var key = prefix + member.Name;
            if (seen.Add(member.Name)) ReadMember(key, member.Value);
            else faults.Add($"{path}: '{key}' is set twice.");
        }
    }

    void ReadMember(string key, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when KnownSettings.IsSection(key):
                ReadSection(value, key + ":");
                break;
            case JsonValueKind.Array when IsListOfTexts(key, value):
                Add(key, string.Join(',', value.EnumerateArray().Select(item => item.GetString())));
                break;
            case JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null
                when KnownSettings.Find(key) is { } setting:
                faults.Add($"{path}: {setting.Key} has to be {setting.Kind.Expected}.");
                break;
            default:
                Add(key, value.ToString());
                break;
        }
    }

    void Add(string key, string text) => _values.Add(new SettingValue(key, text, path));

    static bool IsListOfTexts(string key, JsonElement value) =>
        KnownSettings.Find(key)?.Kind == SettingKind.List
        && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
}
