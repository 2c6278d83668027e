using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Handstamp.TestBed;

/// <summary>
/// A browser with an authenticator that has one passkey. All that it says is valid; a test takes one thing and changes it.
/// </summary>
public sealed class Authenticator
{
    public const byte Present = 0x01;
    public const byte Verified = 0x04;
    public const byte Synced = 0x08;
    public const byte BackedUp = 0x10;
    const byte HasKey = 0x40;

    readonly ECDsa? _ec;
    readonly RSA? _rsa;

    /// <summary>A key on a curve, or one of RSA with so many bits.</summary>
    public Authenticator(int rsa = 0, ECCurve? curve = null)
    {
        if (rsa > 0) _rsa = RSA.Create(rsa);
        else _ec = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
    }

    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(32);
    public Guid Aaguid { get; init; } = new("00112233-4455-6677-8899-aabbccddeeff");
    public byte[]? UserHandle { get; set; }
    public uint Count { get; set; }
    public byte Flags { get; set; } = Present | Verified;

    /// <summary>What the authenticator says of its key, if not the truth.</summary>
    public int? Algorithm { get; set; }

    /// <summary>What the authenticator shows instead of its modulus. A real key of such a size takes many seconds to make.</summary>
    public byte[]? Modulus { get; set; }

    public string Origin { get; set; } = "https://auth.example.com";
    public string RpId { get; set; } = "auth.example.com";
    public string? Type { get; set; }
    public string? Challenge { get; set; }
    public bool CrossOrigin { get; set; }
    public byte[]? AttestationObject { get; set; }
    public byte[]? Signature { get; set; }

    /// <summary><c>navigator.credentials.create()</c></summary>
    public JsonObject Create(JsonElement options)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString());
        byte[] data = [.. Head((byte)(Flags | HasKey)), .. Aaguid.ToByteArray(bigEndian: true), .. Length(CredentialId), .. CredentialId, .. CoseKey()];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = ClientData("webauthn.create", options),
            ["attestationObject"] = Encode(AttestationObject ?? Attestation(data)),
            ["transports"] = new JsonArray("internal", "hybrid"),
        });
    }

    /// <summary><c>navigator.credentials.get()</c></summary>
    public JsonObject Get(JsonElement options)
    {
        var data = Head(Flags);
        var client = ClientData("webauthn.get", options);
        byte[] signed = [.. data, .. SHA256.HashData(Base64Url.DecodeFromChars(client))];
        var response = new JsonObject
        {
            ["clientDataJSON"] = client,
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(Signature ?? Sign(signed)),
        };
        if (UserHandle is not null) response["userHandle"] = Encode(UserHandle);
        return Answer(response);
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    JsonObject Answer(JsonObject response) => new()
    {
        ["id"] = Encode(CredentialId),
        ["rawId"] = Encode(CredentialId),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };

    string ClientData(string type, JsonElement options) => Encode(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["type"] = Type ?? type,
        ["challenge"] = Challenge ?? options.GetProperty("challenge").GetString(),
        ["origin"] = Origin,
        ["crossOrigin"] = CrossOrigin,
    }.ToJsonString()));

    byte[] Head(byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, Count);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RpId)), flags, .. count];
    }

    static byte[] Length(byte[] id)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)id.Length);
        return length;
    }

    static byte[] Attestation(byte[] data) => Map(
        (Text("fmt"), Text("none")), (Text("attStmt"), Map()), (Text("authData"), Bytes(data)));

    // RFC 9052 §7, in the order that CTAP demands.
    byte[] CoseKey()
    {
        if (_rsa is not null)
        {
            var key = _rsa.ExportParameters(false);
            return Map((Number(1), Number(3)), (Number(3), Number(Algorithm ?? -257)), (Number(-1), Bytes(Modulus ?? key.Modulus!)), (Number(-2), Bytes(key.Exponent!)));
        }
        var point = _ec!.ExportParameters(false).Q;
        var is384 = _ec.KeySize == 384;
        return Map(
            (Number(1), Number(2)), (Number(3), Number(Algorithm ?? (is384 ? -35 : -7))), (Number(-1), Number(is384 ? 2 : 1)),
            (Number(-2), Bytes(point.X!)), (Number(-3), Bytes(point.Y!)));
    }

    static byte[] Map(params (byte[] Key, byte[] Value)[] members) =>
        [.. Cbor(5, members.Length), .. members.SelectMany(member => (byte[])[.. member.Key, .. member.Value])];

    static byte[] Text(string text) => [.. Cbor(3, text.Length), .. Encoding.ASCII.GetBytes(text)];

    static byte[] Bytes(byte[] bytes) => [.. Cbor(2, bytes.Length), .. bytes];

    static byte[] Number(int number) => number < 0 ? Cbor(1, -1 - number) : Cbor(0, number);

    // RFC 8949 §3: a kind, and a number in as few bytes as it needs.
    static byte[] Cbor(int kind, int number) => number switch
    {
        < 24 => [(byte)(kind << 5 | number)],
        < 256 => [(byte)(kind << 5 | 24), (byte)number],
        _ => [(byte)(kind << 5 | 25), (byte)(number >> 8), (byte)number],
    };

    public byte[] Sign(byte[] data) => _rsa is not null
        ? _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : _ec!.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}
