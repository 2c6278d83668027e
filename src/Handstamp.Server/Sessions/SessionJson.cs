using System.Text.Json.Serialization;

namespace Handstamp.Server.Sessions;

/// <summary>The wire types of the session routes, parsed strictly: a misspelt member is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RefreshRequest))]
[JsonSerializable(typeof(ChangePasswordRequest))]
[JsonSerializable(typeof(RenameSessionRequest))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(SessionItem))]
sealed partial class SessionJson : JsonSerializerContext;
