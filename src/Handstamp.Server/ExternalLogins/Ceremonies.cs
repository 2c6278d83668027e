using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;

namespace Handstamp.Server.ExternalLogins;

/// <summary>A ceremony that this service has made, and what belongs to it. A class and not a record: its text must not show the secrets.</summary>
sealed class OpenCeremony(Ceremony ceremony, string text, string state, string nonce, string verifier)
{
    public Ceremony Ceremony { get; } = ceremony;

    /// <summary>For the browser or the app that has begun it.</summary>
    public string Text { get; } = text;

    public string State { get; } = state;

    public string Nonce { get; } = nonce;

    public string Verifier { get; } = verifier;

    /// <summary>What is sent to the provider; only if it sends the browser back.</summary>
    public ProviderRequest Request => new() { RedirectUri = Ceremony.RedirectUri!, State = State, Nonce = Nonce, Verifier = Verifier };
}

/// <summary>
/// Makes ceremonies and reads them again. A ceremony is authenticated and not stored, so strangers who begin as many as they like
/// leave nothing behind, and any node can end one. State, nonce and verifier are MACs of it, each under a word of its own: so the
/// verifier, which the browser must not know, needs no place either.
/// </summary>
sealed class Ceremonies(KeyRingService keys, UnknownKeys unknown, IProofStore used, TimeProvider clock)
{
    /// <summary>From the beginning to the end.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>The longest text that is read. A browser keeps a cookie of this length.</summary>
    public const int MaxLength = 3800;

    static ReadOnlySpan<byte> Purpose => "handstamp external login"u8;

    /// <summary>A new one. If it becomes too long, it does without the address to return to.</summary>
    public OpenCeremony Begin(
        CeremonyUse use, string provider, string? redirectUri, Guid? accountId = null, string? returnTo = null,
        bool isTemporary = false, string? terms = null)
    {
        var now = clock.Now();
        var ceremony = new Ceremony
        {
            Id = new Guid(RandomNumberGenerator.GetBytes(16)),
            Use = use,
            Provider = provider,
            RedirectUri = redirectUri,
            AccountId = accountId,
            ReturnTo = returnTo,
            IsTemporary = isTemporary,
            Terms = terms is { Length: <= AccountTermsOptions.MaxVersion } ? terms : null,
            ExpiresAt = now + Life,
        };
        var key = keys.Ring.MacKey(now);
        var open = Open(ceremony, key);
        return open.Text.Length <= MaxLength ? open : Open(ceremony with { ReturnTo = null }, key);
    }

    /// <summary>The ceremony of this text, if it is one for one of these uses and is not over.</summary>
    public async ValueTask<OrRefusal<OpenCeremony>> ReadAsync(string text, params IReadOnlyList<CeremonyUse> uses)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (text.Length > MaxLength || point < 0 || !TryReadKeyId(text.AsSpan(point + 1), out var keyId)) return CallbackAnswer.NotBegunHere;
        if (!await unknown.TryLearnAsync(keyId)) return UnknownKeys.NotNow;
        var payload = text[..point];
        return keys.Ring.FindMacKey(keyId) is { } key && IsEqual(text, TextOf(payload, key)) && Read(payload) is { } ceremony
            && uses.Contains(ceremony.Use) && clock.Now() < ceremony.ExpiresAt
                ? Open(ceremony, payload, key)
                : CallbackAnswer.NotBegunHere;
    }

    /// <summary>
    /// Ends it; false if it has ended before. It is called when the provider has said who the person is, so that strangers cannot
    /// fill the table.
    /// </summary>
    public Task<bool> TryEndAsync(OpenCeremony open) => used.TryUseAsync(
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes($"external login {open.State}"))), open.Ceremony.ExpiresAt);

    /// <summary>Whether two secrets are the same, in a time that does not say where they differ.</summary>
    public static bool IsEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    static OpenCeremony Open(Ceremony ceremony, MacKey key) =>
        Open(ceremony, Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(ceremony, CeremonyJson.Default.Ceremony)), key);

    static OpenCeremony Open(Ceremony ceremony, string payload, MacKey key) => new(
        ceremony, TextOf(payload, key), Mac("state", payload, key), Mac("nonce", payload, key), Mac("verifier", payload, key));

    static string TextOf(string payload, MacKey key) => $"{payload}.{key.Id:x2}{Mac("ceremony", payload, key)}";

    // 43 characters: as long as RFC 7636 §4.1 requires.
    static string Mac(string word, string payload, MacKey key) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key.DeriveKey(Purpose), Encoding.ASCII.GetBytes($"{word}.{payload}")));

    static bool TryReadKeyId(ReadOnlySpan<char> text, out byte id)
    {
        id = 0;
        return text.Length > 2 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }

    // It is authentic, but a node of another version may have made it in another form.
    static Ceremony? Read(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(payload), CeremonyJson.Default.Ceremony);
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            return null;
        }
    }
}
