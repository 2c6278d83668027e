using System.Text.Json.Serialization;
using Handstamp.Server.SignIn.Former;

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
[JsonSerializable(typeof(LoginCodeMailRequest))]
[JsonSerializable(typeof(LoginCodeRequest))]
[JsonSerializable(typeof(LoginLinkRequest))]
[JsonSerializable(typeof(EnrolAtLoginRequest))]
[JsonSerializable(typeof(LoginRestoreRequest))]
[JsonSerializable(typeof(LoginFormerRequest))]
[JsonSerializable(typeof(ReauthenticateRequest))]
[JsonSerializable(typeof(MfaOptionsRequest))]
[JsonSerializable(typeof(PasskeyLoginRequest))]
sealed partial class SignInJson : JsonSerializerContext;
