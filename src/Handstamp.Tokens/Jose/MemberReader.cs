using System.Text.Json;

namespace Handstamp.Tokens.Jose;

/// <summary>
/// Reads members of a JSON object. It keeps the first fault, its own or that of a nested object, instead of throwing:
/// read everything, then check <see cref="Fault"/>.
/// </summary>
sealed class MemberReader(JsonElement json, MemberReader? parent = null)
{
    // 9999-12-31T23:59:59Z, the last second that a DateTimeOffset can hold.
    const long MaxSeconds = 253_402_300_799;

    static readonly JsonElement NoMembers = JsonElement.Parse("{}"u8);

    /// <summary>What is wrong with the first invalid member; null if all were valid.</summary>
    public string? Fault { get; private set; }

    public string RequiredText(string name) => Text(name) ?? Refuse(name, "is missing", "");

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { } member when IsText(member) => member.GetString(),
        _ => Refuse(name, "must be a string that is not empty", ""),
    };

    /// <summary>
    /// A list that may be written as one string if it has one element, such as <c>aud</c> (RFC 7519 §4.1.3).
    /// </summary>
    public IReadOnlyList<string> RequiredTextOrTexts(string name) => Find(name) switch
    {
        null => Refuse<string[]>(name, "is missing", []),
        { } member when IsText(member) => [member.GetString()!],
        { ValueKind: JsonValueKind.Array } member when member.GetArrayLength() > 0 => Texts(name, member),
        _ => Refuse<string[]>(name, "must be a string or a list of strings", []),
    };

    public IReadOnlyList<string> Texts(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } member => Texts(name, member),
        _ => Refuse<string[]>(name, "must be a list of strings", []),
    };

    public DateTimeOffset RequiredTime(string name) =>
        Time(name) ?? Refuse<DateTimeOffset>(name, "is missing", default);

    /// <summary>
    /// A NumericDate. RFC 7519 §2 allows fractions; this reads only whole seconds, from 1970 to the year 9999.
    /// </summary>
    public DateTimeOffset? Time(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } member
            when member.TryGetInt64(out var seconds) && IsTime(seconds)
                => DateTimeOffset.FromUnixTimeSeconds(seconds),
        _ => Refuse<DateTimeOffset>(name, "must be a whole number of seconds since 1970", default),
    };

    public static bool IsTime(long seconds) => seconds is >= 0 and <= MaxSeconds;

    public Guid RequiredId(string name) => Id(name) ?? Refuse<Guid>(name, "is missing", default);

    public Guid? Id(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } member when member.TryGetGuid(out var id) => id,
        _ => Refuse<Guid>(name, "must be a UUID", default),
    };

    public MemberReader RequiredObject(string name) =>
        Object(name) ?? Refuse(name, "is missing", new MemberReader(NoMembers));

    public MemberReader? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } member => new(member, this),
        _ => Refuse(name, "must be an object", new MemberReader(NoMembers)),
    };

    public int Count => json.GetPropertyCount();

    /// <summary>The members that were not read by name.</summary>
    public IEnumerable<JsonProperty> Except(IReadOnlySet<string> names) =>
        json.EnumerateObject().Where(member => !names.Contains(member.Name));

    public void Expect(string name, string value)
    {
        if (RequiredText(name) != value)
            Note($"{name} has an unexpected value");
    }

    public void Note(string fault)
    {
        Fault ??= fault;
        parent?.Note(fault);
    }

    JsonElement? Find(string name) => json.TryGetProperty(name, out var member) ? member : null;

    string[] Texts(string name, JsonElement list)
    {
        string[] texts = [.. list.EnumerateArray().Where(IsText).Select(text => text.GetString()!)];
        return texts.Length == list.GetArrayLength() ? texts : Refuse(name, "must be a list of strings", texts);
    }

    static bool IsText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && !element.ValueEquals(""u8);

    T Refuse<T>(string name, string fault, T standIn)
    {
        Note($"{name} {fault}");
        return standIn;
    }
}
