using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>The wire types of the passkey routes, parsed strictly: a misspelt member is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BeginPasskeyRequest))]
[JsonSerializable(typeof(AddPasskeyRequest))]
[JsonSerializable(typeof(RenamePasskeyRequest))]
[JsonSerializable(typeof(PasskeyList))]
[JsonSerializable(typeof(PasskeyItem))]
sealed partial class PasskeysJson : JsonSerializerContext;
