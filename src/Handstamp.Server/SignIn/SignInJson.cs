using System.Text.Json.Serialization;

namespace Handstamp.Server.SignIn;

/// <summary>The wire types of the login, parsed strictly: a misspelt member is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginMfaRequest))]
sealed partial class SignInJson : JsonSerializerContext;
