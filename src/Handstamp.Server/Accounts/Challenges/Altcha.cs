using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts.Challenges;

/// <summary>A challenge in the form of ALTCHA: find the number for which the hash of the salt and the number is this one.</summary>
sealed record AltchaChallenge(string Algorithm, string Challenge, int Maxnumber, string Salt, string Signature);

/// <summary>A challenge that comes back with its number. Programs send more, such as how long they took.</summary>
sealed record AltchaSolution(string Algorithm, string Challenge, int Number, string Salt, string Signature);

/// <summary>A solution that was right.</summary>
/// <param name="Fingerprint">By which a used one is remembered: a MAC that only this service can make.</param>
/// <param name="ExpiresAt">Until when it is remembered.</param>
sealed record SolvedChallenge(UInt128 Fingerprint, DateTimeOffset ExpiresAt);

/// <summary>What a client needs for the widget of another service.</summary>
sealed record SiteChallenge(string Service, string SiteKey, string Action, Uri Script);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AltchaChallenge))]
[JsonSerializable(typeof(AltchaSolution))]
[JsonSerializable(typeof(SiteChallenge))]
sealed partial class AltchaJson : JsonSerializerContext;
