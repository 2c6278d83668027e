using System.Text.Json.Serialization;
using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>What somebody signs in for. That the client may have it was checked before.</summary>
sealed record SignInRequest
{
    /// <summary>The OAuth client, or null for the first party.</summary>
    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    /// <summary>For whom the access tokens are unless a request asks otherwise; null: the default of the settings.</summary>
    public string? Audience { get; init; }

    public required SessionTransport Transport { get; init; }

    /// <summary>The thumbprint of the key that the session is to be bound to, if any.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>How the device list shall call the session.</summary>
    public string? DeviceName { get; init; }
}

/// <summary>A sign-in that has begun: somebody has shown at least one factor of this account.</summary>
/// <param name="AccountId">Whose it is.</param>
/// <param name="SecurityStamp">The account's when the first factor was verified.</param>
/// <param name="Request">What it is for.</param>
/// <param name="Given">The factors that were given, in their order.</param>
/// <param name="ExpiresAt">The last one has to be given before.</param>
sealed record SignInAttempt(
    Guid AccountId, string SecurityStamp, SignInRequest Request, IReadOnlyList<GivenFactor> Given, DateTimeOffset ExpiresAt);

/// <summary>A factor that was given.</summary>
/// <param name="Name">That of the factor, or <see cref="Browser"/>.</param>
/// <param name="Methods">What it adds to <c>amr</c>.</param>
/// <param name="At">When it was verified.</param>
sealed record GivenFactor(string Name, IReadOnlyList<string> Methods, DateTimeOffset At)
{
    /// <summary>All that was given at the login of the browser's session.</summary>
    public const string Browser = "browser";
}

/// <summary>How a half-finished attempt is kept. What this version does not know it passes over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SignInAttempt))]
sealed partial class SignInAttemptJson : JsonSerializerContext;
