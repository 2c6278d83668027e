using System.Text.Json.Serialization;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.Terms;

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
[JsonSerializable(typeof(AcceptedRegistration))]
[JsonSerializable(typeof(AcceptInvitationRequest))]
[JsonSerializable(typeof(AcceptTermsRequest))]
[JsonSerializable(typeof(OwnAccount))]
[JsonSerializable(typeof(ForgotPasswordRequest))]
[JsonSerializable(typeof(ResetPasswordRequest))]
[JsonSerializable(typeof(ProveEmailRequest))]
[JsonSerializable(typeof(ResendEmailRequest))]
[JsonSerializable(typeof(ChangeEmailRequest))]
[JsonSerializable(typeof(UndoEmailChangeRequest))]
[JsonSerializable(typeof(ChangeUsernameRequest))]
[JsonSerializable(typeof(RestoreAccountRequest))]
[JsonSerializable(typeof(PendingDeletion))]
[JsonSerializable(typeof(UpdateProfileRequest))]
[JsonSerializable(typeof(ActivityPage))]
[JsonSerializable(typeof(ActivityItem))]
[JsonSerializable(typeof(ExportedAccount))]
sealed partial class AccountsJson : JsonSerializerContext;
