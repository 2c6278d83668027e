using System.Text.Json;

namespace Handstamp.Client;

/// <summary>
/// What to change of the profile of an account. A property that is not set leaves its value as it is; null removes it.
/// </summary>
public sealed class ProfileChange
{
    readonly List<Action<Utf8JsonWriter>> _members = [];

    /// <summary>How apps should call the person.</summary>
    public string? Name
    {
        get;
        init { field = value; _members.Add(json => json.WriteString("name", value)); }
    }

    /// <summary>The https address of a picture.</summary>
    public string? Picture
    {
        get;
        init { field = value; _members.Add(json => json.WriteString("picture", value)); }
    }

    /// <summary>A language tag (BCP 47): <c>de-AT</c>.</summary>
    public string? Locale
    {
        get;
        init { field = value; _members.Add(json => json.WriteString("locale", value)); }
    }

    /// <summary>A JSON object that the app keeps for the person. It is replaced as a whole, and limited in size.</summary>
    public JsonElement? Data
    {
        get;
        init
        {
            field = value;
            _members.Add(json =>
            {
                json.WritePropertyName("data");
                if (value is { } data) data.WriteTo(json);
                else json.WriteNullValue();
            });
        }
    }

    internal byte[] ToJson()
    {
        using var utf8 = new MemoryStream();
        using (var json = new Utf8JsonWriter(utf8))
        {
            json.WriteStartObject();
            foreach (var write in _members) write(json);
            json.WriteEndObject();
        }
        return utf8.ToArray();
    }
}
