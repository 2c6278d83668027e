using System.Text.Json.Serialization;

namespace Handstamp.Server.ExternalLogins;

/// <summary>The wire types of external logins, parsed strictly: a misspelt member is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StartExternalRequest))]
[JsonSerializable(typeof(StartedExternal))]
[JsonSerializable(typeof(LoginExternalRequest))]
[JsonSerializable(typeof(LinkExternalRequest))]
[JsonSerializable(typeof(ExternalLoginList))]
[JsonSerializable(typeof(ExternalLoginItem))]
[JsonSerializable(typeof(ExportedExternalLogin))]
sealed partial class ExternalLoginJson : JsonSerializerContext;
