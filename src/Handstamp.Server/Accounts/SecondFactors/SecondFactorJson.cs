using System.Text.Json.Serialization;

namespace Handstamp.Server.Accounts.SecondFactors;

/// <summary>The wire types of the second factors, parsed strictly: a misspelt member is refused, not ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ConfirmTotpRequest))]
[JsonSerializable(typeof(TotpEnrolment))]
[JsonSerializable(typeof(TotpConfirmed))]
[JsonSerializable(typeof(RecoveryCodeList))]
[JsonSerializable(typeof(FactorList))]
sealed partial class SecondFactorJson : JsonSerializerContext;
