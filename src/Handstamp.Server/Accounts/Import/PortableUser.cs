using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts.Import;

/// <summary>
/// An account as it is exported and imported. Nothing is required but an e-mail address, a username or an id. A class and not a record: its
/// text must not show the hash or a secret.
/// </summary>
sealed class PortableUser
{
    /// <summary>The id of the account, if it has to stay the same; otherwise the account gets a new one.</summary>
    public Guid? Id { get; init; }

    public string? Username { get; init; }

    public string? Email { get; init; }

    /// <summary>Whether its owner proved to own it, if it is not known when.</summary>
    public bool? EmailVerified { get; init; }

    public DateTimeOffset? EmailVerifiedAt { get; init; }

    /// <summary>Instead of one address: several, or none.</summary>
    public IReadOnlyList<PortableEmail>? Emails { get; init; }

    /// <summary>A hash, or <see cref="Account.FormerPassword"/>.</summary>
    public string? PasswordHash { get; set; }

    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>A name can have several values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Claims { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Whether it is disabled, if it is not known since when.</summary>
    public bool? Disabled { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The version of the terms that the person has accepted last.</summary>
    public string? TermsVersion { get; init; }

    public DateTimeOffset? TermsAcceptedAt { get; init; }

    /// <summary>The authenticator apps.</summary>
    public IReadOnlyList<PortableTotp>? Totp { get; init; }

    /// <summary>The codes that are not used yet, or hashes of them.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    public IReadOnlyList<PortablePasskey>? Passkeys { get; init; }

    public static PortableUser Of(Account account, bool withPasswordHash, ExportedFactors? factors = null)
    {
        Identifier[] emails = [.. account.Identifiers.Where(one => one.Kind == IdentifierKind.Email)];
        var single = emails.Length == 1 ? emails[0] : null;
        return new PortableUser
        {
            Id = account.Id,
            Username = account.Username,
            Email = single?.Value,
            EmailVerifiedAt = single?.VerifiedAt,
            Emails = single is null ? [.. emails.Select(one => new PortableEmail(one.Value, one.VerifiedAt))] : null,
            PasswordHash = withPasswordHash ? account.PasswordHash : null,
            Roles = account.Claims.Roles.Count == 0 ? null : account.Claims.Roles,
            Claims = account.Claims.Custom.Count == 0 ? null
                : account.Claims.CustomByName().ToDictionary(claim => claim.Key, IReadOnlyList<string> (claim) => claim.Value),
            CreatedAt = account.CreatedAt,
            DisabledAt = account.DisabledAt,
            TermsVersion = account.Terms?.Version,
            TermsAcceptedAt = account.Terms?.At,
            Totp = factors?.Totp,
            RecoveryCodes = factors?.RecoveryCodes,
            Passkeys = factors?.Passkeys,
        };
    }
}

/// <summary>One of several addresses of an account.</summary>
sealed record PortableEmail(string Email, DateTimeOffset? VerifiedAt = null);

/// <summary>A list of texts, or one text for a list of one.</summary>
sealed class OneOrMany : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return [reader.GetString()!];
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
        return reader.TokenType == JsonTokenType.EndArray ? texts : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(OneOrMany)])]
[JsonSerializable(typeof(PortableUser))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
sealed partial class PortableJson : JsonSerializerContext
{
    /// <summary>For files, not for pages: only the characters that JSON requires are escaped.</summary>
    public static PortableJson Lines => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
