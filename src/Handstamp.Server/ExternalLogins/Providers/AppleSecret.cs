using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// Apple has no secret text: the secret is a JWT that is signed with a key of the developer's team
/// (developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret). Each is made for one request.
/// </summary>
sealed class AppleSecret(ProviderSettings settings, TimeProvider clock)
{
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    readonly SigningKey _key = Read(settings.Options.KeyFile!);

    /// <summary>Why the key cannot be used; null if it can.</summary>
    public static string? Fault(string? file)
    {
        if (string.IsNullOrEmpty(file)) return "it is missing. Apple lets you download the key once, as AuthKey_….p8.";
        try
        {
            Read(file).Dispose();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return $"{file} is not a private key for ES256 in PEM, as Apple's .p8 files are.";
        }
    }

    public string Create()
    {
        var now = clock.Now().ToUnixTimeSeconds();
        var header = Encode(json =>
        {
            json.WriteString("alg"u8, JwsAlgorithm.Es256.Name);
            json.WriteString("kid"u8, settings.Options.KeyId);
        });
        var claims = Encode(json =>
        {
            json.WriteString("iss"u8, settings.Options.TeamId);
            json.WriteNumber("iat"u8, now);
            json.WriteNumber("exp"u8, now + (long)Life.TotalSeconds);
            json.WriteString("aud"u8, settings.Issuer);
            json.WriteString("sub"u8, settings.ClientId);
        });
        var signed = $"{header}.{claims}";
        var signature = new byte[_key.SignatureSize];
        _key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    static string Encode(Action<Utf8JsonWriter> write)
    {
        using var utf8 = new MemoryStream();
        using (var json = new Utf8JsonWriter(utf8))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Base64Url.EncodeToString(utf8.ToArray());
    }

    static SigningKey Read(string file)
    {
        var pem = File.ReadAllText(file);
        var fields = PemEncoding.Find(pem);
        return SigningKey.ImportPkcs8(JwsAlgorithm.Es256, Convert.FromBase64String(pem[fields.Base64Data]));
    }
}
