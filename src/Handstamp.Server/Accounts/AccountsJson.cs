using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisteredAccount))]
[JsonSerializable(typeof(OwnAccount))]
sealed partial class AccountsJson : JsonSerializerContext;
