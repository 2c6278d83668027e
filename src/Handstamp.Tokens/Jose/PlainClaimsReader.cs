using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Handstamp.Tokens.Jose;

/// <summary>
/// Reads the claims of an ordinary access token in one pass. <see cref="StrictJson"/> and
/// <see cref="AccessTokenReader"/> read them once for each claim. This reader refuses nothing and has no rules of its
/// own: if a claim is not exactly as the issuer writes it, valid or not, it gives up, and the other two decide.
/// </summary>
static class PlainClaimsReader
{
    // Each is compared with all previous ones.
    const int MostOthers = 16;

    /// <summary>
    /// The result that those two would have, or null. If the issuer and the audience are those of the rules, the result
    /// uses the same text objects, so a cache of many tokens keeps them once.
    /// </summary>
    public static AccessToken? Read(ReadOnlySpan<byte> utf8, AccessTokenRules rules, out DateTimeOffset? notBefore)
    {
        notBefore = null;
        if (utf8.Contains((byte)'\\') || !Utf8.IsValid(utf8)) return null;

        try
        {
            var claims = new Claims(utf8, rules);
            return claims.TryReadAll() ? claims.ToToken(out notBefore) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    ref struct Claims(ReadOnlySpan<byte> utf8, AccessTokenRules rules)
    {
        readonly List<TokenClaim> _others = [];
        Utf8JsonReader _json = new(utf8);
        string? _issuer;
        IReadOnlyList<string>? _audience;
        string? _subject;
        string? _client;
        string? _tokenId;
        DateTimeOffset? _issuedAt;
        DateTimeOffset? _expiresAt;
        DateTimeOffset? _notBefore;
        Guid? _session;
        string? _refreshKey;
        string? _scope;
        IReadOnlyList<string>? _roles;
        IReadOnlyList<string>? _methods;
        string? _context;
        DateTimeOffset? _authenticatedAt;

        public bool TryReadAll()
        {
            if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject) return false;

            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadMember()) return false;
            }

            // Throws if something follows.
            return !_json.Read();
        }

        public readonly AccessToken? ToToken(out DateTimeOffset? notBefore)
        {
            notBefore = _notBefore;
            if (_issuer is null || _audience is not { Count: > 0 } || _subject is null || _client is null || _tokenId is null
                || _issuedAt is null || _expiresAt is null)
                return null;

            return new()
            {
                Issuer = _issuer,
                Audience = _audience,
                Subject = _subject,
                ClientId = _client,
                TokenId = _tokenId,
                IssuedAt = _issuedAt.Value,
                ExpiresAt = _expiresAt.Value,
                SessionId = _session,
                RefreshKeyId = _refreshKey,
                Scope = _scope,
                Roles = _roles ?? [],
                AuthenticationMethods = _methods ?? [],
                AuthenticationContext = _context,
                AuthenticatedAt = _authenticatedAt,
                Others = _others.Count == 0 ? [] : _others,
            };
        }

        bool TryReadMember()
        {
            var name = _json.ValueSpan;
            _json.Read();
            return name switch
            {
                _ when name.SequenceEqual("iss"u8) => Text(ref _issuer, rules.Issuer),
                _ when name.SequenceEqual("aud"u8) => Audiences(),
                _ when name.SequenceEqual("sub"u8) => Text(ref _subject),
                _ when name.SequenceEqual("client_id"u8) => Text(ref _client),
                _ when name.SequenceEqual("jti"u8) => Text(ref _tokenId),
                _ when name.SequenceEqual("iat"u8) => Time(ref _issuedAt),
                _ when name.SequenceEqual("exp"u8) => Time(ref _expiresAt),
                _ when name.SequenceEqual("nbf"u8) => Time(ref _notBefore),
                _ when name.SequenceEqual("sid"u8) => Id(ref _session),
                _ when name.SequenceEqual("refresh_kid"u8) => Text(ref _refreshKey),
                _ when name.SequenceEqual("scope"u8) => Text(ref _scope),
                _ when name.SequenceEqual("roles"u8) => Texts(ref _roles),
                _ when name.SequenceEqual("amr"u8) => Texts(ref _methods),
                _ when name.SequenceEqual("acr"u8) => Text(ref _context),
                _ when name.SequenceEqual("auth_time"u8) => Time(ref _authenticatedAt),
                _ => Other(Encoding.UTF8.GetString(name)),
            };
        }

        // A value that is not null has been read before: the name occurs twice.
        bool Text(ref string? text, string? known = null)
        {
            if (text is not null || _json.TokenType != JsonTokenType.String || _json.ValueSpan.IsEmpty) return false;

            text = known is not null && _json.ValueTextEquals(known) ? known : _json.GetString();
            return true;
        }

        bool Audiences()
        {
            if (_audience is not null || _json.TokenType != JsonTokenType.String) return Texts(ref _audience);
            if (_json.ValueSpan.IsEmpty) return false;

            _audience = [Audience()];
            return true;
        }

        readonly string Audience()
        {
            for (var i = 0; i < rules.Audiences.Count; i++)
            {
                if (_json.ValueTextEquals(rules.Audiences[i])) return rules.Audiences[i];
            }

            return _json.GetString()!;
        }

        bool Texts(ref IReadOnlyList<string>? texts)
        {
            if (texts is not null || _json.TokenType != JsonTokenType.StartArray) return false;

            var read = new List<string>();
            while (_json.Read() && _json.TokenType == JsonTokenType.String && !_json.ValueSpan.IsEmpty)
                read.Add(_json.GetString()!);
            texts = read;
            return _json.TokenType == JsonTokenType.EndArray;
        }

        bool Time(ref DateTimeOffset? time)
        {
            if (time is not null || _json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out var seconds)
                || !MemberReader.IsTime(seconds))
                return false;

            time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            return true;
        }

        bool Id(ref Guid? id)
        {
            if (id is not null || _json.TokenType != JsonTokenType.String || !_json.TryGetGuid(out var read))
                return false;

            id = read;
            return true;
        }

        bool Other(string name)
        {
            if (_others.Count >= MostOthers || AccessTokenReader.Models(name) || _others.Exists(other => other.Name == name))
                return false;

            TokenClaimKind? kind = _json.TokenType switch
            {
                JsonTokenType.String => TokenClaimKind.String,
                JsonTokenType.Number => TokenClaimKind.Number,
                JsonTokenType.True or JsonTokenType.False => TokenClaimKind.Boolean,
                _ => null,
            };
            if (kind is null) return false;

            _others.Add(new(name, Encoding.UTF8.GetString(_json.ValueSpan), kind.Value));
            return true;
        }
    }
}
