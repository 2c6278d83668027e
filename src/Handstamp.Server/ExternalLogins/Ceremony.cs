using System.Text.Json.Serialization;

namespace Handstamp.Server.ExternalLogins;

/// <summary>Where a ceremony has begun, which is the only place where it can end. The numbers are in its text.</summary>
enum CeremonyUse
{
    /// <summary>A login on the service's own pages.</summary>
    LoginOnPages = 1,

    /// <summary>A login of an app.</summary>
    LoginOfApp = 2,

    /// <summary>A person who is logged in on the pages adds a way to log in.</summary>
    LinkOnPages = 3,

    /// <summary>The same in an app.</summary>
    LinkOfApp = 4,
}

/// <summary>
/// A visit to a provider that has begun. Its text is all that there is of it: it stays with the browser or the app that has begun,
/// and nobody else can end the visit, or have it end in another browser.
/// </summary>
sealed record Ceremony
{
    /// <summary>Random: no two are the same.</summary>
    public required Guid Id { get; init; }

    public required CeremonyUse Use { get; init; }

    /// <summary>The operator's name for the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Where the provider sends the browser back; null if an app gets an ID token itself.</summary>
    public string? RedirectUri { get; init; }

    /// <summary>The account that gets a way to log in; null for a login.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Where the pages lead after it.</summary>
    public string? ReturnTo { get; init; }

    /// <summary>On the pages: the person does not want to be remembered.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The version of the terms that the person accepts with the visit, if they get an account by it.</summary>
    public string? Terms { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Ceremony))]
sealed partial class CeremonyJson : JsonSerializerContext;
