using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Handstamp.Proof.Fuzz;

/// <summary>
/// Changes to a JSON object that mostly keep it a JSON object: its members and values, and common faults in them.
/// </summary>
static class JsonMutation
{
    static readonly string[] Values =
    [
        "null", "true", "false", "{}", "[]", "[null]", "[[]]", "\"\"", "\" \"", "\"a\"", "[\"a\"]", "[\"a\",\"b\"]", "[\"a\",1]", "{\"a\":1}",
        "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\u202E\"", "\"\uFEFF\"", "\"\uFFFF\"",
        "\"0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e\"", "\"{0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e}\"", "\"AQAB\"", "\"AQ\"", "\"sig\"", "\"hsr_\"",
        $"\"{new string('x', 300)}\"", $"\"{new string('x', 9000)}\"", Nested(15), Nested(16), Nested(17), Nested(64), Nested(2000),
        .. Mutation.Numbers,
    ];

    static readonly string[] Confusable =
    [
        "", " ", "a", "alg", "typ", "kid", "crit", "b64", "jwk", "jku", "x5u", "x5c", "zip", "cty", "enc", "iss", "sub", "aud", "exp", "nbf", "iat",
        "jti", "sid", "scope", "roles", "amr", "acr", "auth_time", "cnf", "jkt", "act", "events", "sub_id", "use", "key_ops", "d", "k", "oth", "e", "n", "x",
        "email", "password", "transport", "device_name", "refresh_token", "exposed", "resource", "__proto__", "\\u0000", "\\ud800", "$type", "$ref", "$id",
    ];

    static readonly Action<List<Member>, Random>[] Kinds =
    [
        (members, random) => Change(members, random, member => member with { Json = random.Pick(Values) }),
        (members, random) => Change(members, random, member => member with { Json = random.Pick(members).Json }),
        (members, random) => Change(members, random, member => member with { Json = $"[{member.Json}]" }),
        (members, random) => Change(members, random, member => member with { Json = Inner(member.Json, random) }),
        (members, random) => Change(members, random, member => member with { Json = Inner(member.Json, random) }),
        (members, random) => Change(members, random, member => member with { Name = random.Pick(Confusable) }),
        (members, random) => Change(members, random, member => member with { Name = Disguised(member.Name, random) }),
        (members, random) => members.Insert(random.Next(members.Count + 1), new Member(random.Pick(Confusable), random.Pick(Values))),
        (members, random) => Insert(members, random, member => member),
        (members, random) => Insert(members, random, member => member with { Json = random.Pick(Values) }),
        (members, random) => Insert(members, random, member => member with { Name = Disguised(member.Name, random) }),
        (members, random) => members.RemoveAt(random.Next(members.Count)),
    ];

    /// <summary>Another object. If the input is not an object, or sometimes, its bytes are changed instead.</summary>
    public static byte[] Change(byte[] json, Random random)
    {
        if (random.Next(5) == 0 || Parse(json) is not { Count: > 0 } members) return Mutation.Change(json, json, random);
        for (var changes = random.Next(1, 4); changes > 0 && members.Count > 0; changes--) random.Pick(Kinds)(members, random);
        return Encoding.UTF8.GetBytes(Text(members, random));
    }

    static List<Member>? Parse(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind != JsonValueKind.Object ? null
                : [.. document.RootElement.EnumerateObject().Select(AsWritten)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The text may be invalid (half a character).
    static Member AsWritten(JsonProperty member) => new(
        Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member)), Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(member.Value)));

    static void Change(List<Member> members, Random random, Func<Member, Member> change)
    {
        var at = random.Next(members.Count);
        members[at] = change(members[at]);
    }

    static void Insert(List<Member> members, Random random, Func<Member, Member> made) =>
        members.Insert(random.Next(members.Count + 1), made(random.Pick(members)));

    static string Inner(string json, Random random) => json switch
    {
        ['{', ..] => Encoding.UTF8.GetString(Change(Encoding.UTF8.GetBytes(json), random)),
        ['[', '{', ..] => $"[{Inner(json[1..^1], random)}]",
        ['"', .. var text, '"'] => $"\"{text}{random.Pick([" ", "/", "\\u0000", "\\ud800", "=", "A", "\\n"])}\"",
        _ => random.Pick(Values),
    };

    // Names that are the same to some readers, and different to others.
    static string Disguised(string name, Random random) => random.Next(4) switch
    {
        0 => name.ToUpperInvariant(),
        1 => name + "\\u0000",
        2 when name is [var first, .. var rest] && char.IsAsciiLetter(first) => $"\\u{(int)first:x4}{rest}",
        _ => " " + name,
    };

    static string Text(List<Member> members, Random random)
    {
        var space = random.Next(8) == 0 ? " \n\t" : "";
        return $"{{{space}{string.Join("," + space, members.Select(member => $"\"{member.Name}\"{space}:{member.Json}"))}}}";
    }

    static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    sealed record Member(string Name, string Json);
}
