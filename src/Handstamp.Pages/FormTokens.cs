using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Keys;
using Handstamp.Server.Http;

namespace Handstamp.Pages;

/// <summary>
/// The token of a form, which shows that one of our pages made the form for its sender: the number of a MAC key, and an
/// HMAC of the sender. Any node can check it, and nothing is stored.
/// </summary>
sealed class FormTokens(KeyRingService keys, UnknownKeys unknown, TimeProvider clock)
{
    static ReadOnlySpan<byte> Purpose => "handstamp form"u8;

    /// <summary>Has to be called first. False if the token cannot be checked now.</summary>
    public ValueTask<bool> CanJudgeAsync(string token) => ReadKeyId(token) is { } id ? unknown.TryLearnAsync(id) : new(true);

    public string ForSession(Guid sessionId) => Make(SessionSubject(sessionId));

    public bool IsForSession(string token, Guid sessionId) => IsFor(token, SessionSubject(sessionId));

    public string ForVisit(string visit) => Make(VisitSubject(visit));

    public bool IsForVisit(string token, string visit) => IsFor(token, VisitSubject(visit));

    // The word at the beginning separates the two kinds.
    static string SessionSubject(Guid id) => $"session {id:N}";

    static string VisitSubject(string visit) => $"visit {visit}";

    string Make(string subject) => Make(subject, keys.Ring.MacKey(clock.Now()));

    static string Make(string subject, Tokens.MacKey key)
    {
        var mac = HMACSHA256.HashData(key.DeriveKey(Purpose), Encoding.ASCII.GetBytes(subject));
        return $"{key.Id:x2}{Base64Url.EncodeToString(mac)}";
    }

    static byte? ReadKeyId(string token) =>
        token.Length > 2 && byte.TryParse(token.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? id : null;

    bool IsFor(string token, string subject) =>
        ReadKeyId(token) is { } id
        && keys.Ring.FindMacKey(id) is { } key
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Make(subject, key)));
}
