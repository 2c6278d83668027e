using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>
/// What a browser returns (WebAuthn §5.1: <c>PublicKeyCredential.toJSON()</c>), reduced to what this service reads. The
/// handler gets the same members and no others: it compares names without regard to case, and two readers of one text
/// must not see different values.
/// </summary>
static class CredentialAnswer
{
    public static readonly Refusal NotFromABrowser = new(
        Problems.InvalidRequest, "The member 'credential' must be what the browser returned, as PublicKeyCredential.toJSON() writes it.");

    const string PublicKey = "public-key";

    /// <summary>The bytes of a member; null if it is missing or not base64url.</summary>
    public static byte[]? Bytes(JsonElement parent, string name)
    {
        if (Text(parent, name) is not { } text) return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done ? bytes[..written] : null;
    }

    /// <summary>The text of a member; null if it is missing or not a string.</summary>
    public static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var member) ? Text(member) : null;

    /// <summary>The text; null if it is not a string.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        // Half of a surrogate pair is valid JSON, but not a text.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The object in the text with the object <c>response</c> in it; null if there is none.</summary>
    public static (JsonElement Credential, JsonElement Response)? Parse(string json)
    {
        try
        {
            // Names are read here, and not only where they are looked for.
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Text(root, "type") == PublicKey
                && root.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object
                ? (root.Clone(), response.Clone())
                : null;
        }
        // Half of a surrogate pair in a name is valid JSON, but not a text.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text for the handler.</summary>
    public static string Write(byte[] id, Action<Utf8JsonWriter> response)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteBytes(json, "id", id);
            json.WriteString("type"u8, PublicKey);
            json.WriteStartObject("clientExtensionResults"u8);
            json.WriteEndObject();
            json.WriteStartObject("response"u8);
            response(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void WriteBytes(Utf8JsonWriter json, string name, byte[] value) => json.WriteString(name, Base64Url.EncodeToString(value));
}

/// <summary>A new credential.</summary>
sealed record CreatedCredential(byte[] Id, byte[] ClientData, byte[] AttestationObject, IReadOnlyList<string> Transports)
{
    const int MostTransports = 8;
    const int LongestTransport = 16;

    /// <summary>Null if it is not the answer of a browser.</summary>
    public static CreatedCredential? Parse(string json) =>
        CredentialAnswer.Parse(json) is var (credential, response)
        && CredentialAnswer.Bytes(credential, "id") is { } id
        && CredentialAnswer.Bytes(response, "clientDataJSON") is { } clientData
        && CredentialAnswer.Bytes(response, "attestationObject") is { } attestation
            ? new CreatedCredential(id, clientData, attestation, TransportsOf(response))
            : null;

    public string ToJson() => CredentialAnswer.Write(Id, json =>
    {
        CredentialAnswer.WriteBytes(json, "clientDataJSON", ClientData);
        CredentialAnswer.WriteBytes(json, "attestationObject", AttestationObject);
        json.WriteStartArray("transports"u8);
        foreach (var transport in Transports) json.WriteStringValue(transport);
        json.WriteEndArray();
    });

    // They are hints for browsers and are sent back to them. An unknown one is kept, anything else is ignored.
    static IReadOnlyList<string> TransportsOf(JsonElement response) =>
        response.TryGetProperty("transports", out var list) && list.ValueKind == JsonValueKind.Array
            ? Kept(list.EnumerateArray().Select(CredentialAnswer.Text))
            : [];

    /// <summary>Those of them that have the form of one.</summary>
    public static IReadOnlyList<string> Kept(IEnumerable<string?> transports) =>
    [
        .. transports.OfType<string>()
            .Where(one => one.Length is > 0 and <= LongestTransport && one.All(letter => char.IsAsciiLetterLower(letter) || letter == '-'))
            .Distinct().Take(MostTransports),
    ];
}

/// <summary>The proof that somebody holds a passkey.</summary>
sealed record AssertedCredential(byte[] Id, byte[] ClientData, byte[] AuthenticatorData, byte[] Signature, byte[]? UserHandle)
{
    /// <summary>Null if it is not the answer of a browser.</summary>
    public static AssertedCredential? Parse(string json) =>
        CredentialAnswer.Parse(json) is var (credential, response)
        && CredentialAnswer.Bytes(credential, "id") is { Length: > 0 and <= Passkey.MaxCredentialId } id
        && CredentialAnswer.Bytes(response, "clientDataJSON") is { } clientData
        && CredentialAnswer.Bytes(response, "authenticatorData") is { } data
        && CredentialAnswer.Bytes(response, "signature") is { } signature
            ? new AssertedCredential(id, clientData, data, signature, CredentialAnswer.Bytes(response, "userHandle"))
            : null;

    public string ToJson() => CredentialAnswer.Write(Id, json =>
    {
        CredentialAnswer.WriteBytes(json, "clientDataJSON", ClientData);
        CredentialAnswer.WriteBytes(json, "authenticatorData", AuthenticatorData);
        CredentialAnswer.WriteBytes(json, "signature", Signature);
        if (UserHandle is not null) CredentialAnswer.WriteBytes(json, "userHandle", UserHandle);
    });
}
