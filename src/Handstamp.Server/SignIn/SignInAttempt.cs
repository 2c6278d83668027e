using System.Text.Json.Serialization;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>What a person signs in for. It was checked before that the client may have it.</summary>
sealed record SignInRequest
{
    /// <summary>The OAuth client, or null for the first party.</summary>
    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    /// <summary>
    /// The audience of the access tokens unless a request names another; null for the default of the settings.
    /// </summary>
    public string? Audience { get; init; }

    public required SessionTransport Transport { get; init; }

    /// <summary>The thumbprint of the key that the session will be bound to, if any.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>The name of the session in the device list.</summary>
    public string? DeviceName { get; init; }

    /// <summary>The person does not want to be remembered.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The hash of the refresh token of the former system that the session goes on from; null for a login.</summary>
    public byte[]? FormerToken { get; init; }

    /// <summary>The live session in which the person authenticates again; null to begin a session.</summary>
    public LiveSession? In { get; init; }
}

/// <summary>A session, and the account whose owner has to authenticate.</summary>
sealed record LiveSession(Guid Id, Guid AccountId);

/// <summary>A sign-in that has begun: the person has given at least one factor of this account.</summary>
/// <param name="AccountId">The account that signs in.</param>
/// <param name="SecurityStamp">The account's stamp when the first factor was verified.</param>
/// <param name="Request">What the sign-in is for.</param>
/// <param name="Given">The given factors, in their order.</param>
/// <param name="ExpiresAt">The last one has to be given before this time.</param>
sealed record SignInAttempt(
    Guid AccountId, string SecurityStamp, SignInRequest Request, IReadOnlyList<GivenFactor> Given, DateTimeOffset ExpiresAt);

/// <summary>A factor that was given.</summary>
/// <param name="Name">The name of the factor, or <see cref="Browser"/>.</param>
/// <param name="Methods">The values that it adds to <c>amr</c>.</param>
/// <param name="At">When it was verified.</param>
/// <param name="IsEnough">Whether no further factor is required after it.</param>
sealed record GivenFactor(string Name, IReadOnlyList<string> Methods, DateTimeOffset At, bool IsEnough = false)
{
    /// <summary>All factors that were given at the login of the browser's session.</summary>
    public const string Browser = "browser";
}

/// <summary>The stored form of a half-finished attempt. Members that this version does not know are ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SignInAttempt))]
sealed partial class SignInAttemptJson : JsonSerializerContext;
