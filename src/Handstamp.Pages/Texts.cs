using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handstamp.Pages;

/// <summary>
/// All texts of the pages in one language: a file in Texts. If a text is missing or unknown, the service does not
/// start.
/// </summary>
sealed record Texts
{
    /// <summary>BCP 47: <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>A date format of .NET.</summary>
    public required string DateFormat { get; init; }

    /// <summary>Put before the title of a page that shows a fault.</summary>
    public required string Fault { get; init; }

    public required string Email { get; init; }
    public required string Username { get; init; }
    public required string EmailOrUsername { get; init; }
    public required string Password { get; init; }
    public required string PasswordHint { get; init; }
    public required string PasswordAgain { get; init; }

    public required string LogIn { get; init; }
    public required string Remember { get; init; }
    public required string Or { get; init; }
    public required string ContinueWith { get; init; }
    public required string ContinueWithHint { get; init; }
    public required string NoAccount { get; init; }
    public required string Register { get; init; }
    public required string HaveAccount { get; init; }
    public required string InvitationHint { get; init; }
    public required string TermsOfUse { get; init; }
    public required string PrivacyNotice { get; init; }
    public required string AcceptTerms { get; init; }
    public required string AcceptTermsByContinuing { get; init; }
    public required string NewTerms { get; init; }
    public required string NewTermsHint { get; init; }

    public required string SecondFactor { get; init; }
    public required string Code { get; init; }
    public required string CodeHint { get; init; }
    public required string UseRecoveryCode { get; init; }
    public required string RecoveryCode { get; init; }
    public required string RecoveryCodeHint { get; init; }
    public required string SecondFactorNeeded { get; init; }
    public required string SecondFactors { get; init; }
    public required string SecondFactorsHint { get; init; }
    public required string TotpApp { get; init; }
    public required string AddTotp { get; init; }
    public required string ScanQr { get; init; }
    public required string QrCode { get; init; }
    public required string TypeSecret { get; init; }
    public required string OpenApp { get; init; }
    public required string FactorName { get; init; }
    public required string FactorNameHint { get; init; }
    public required string Confirm { get; init; }
    public required string AddedOn { get; init; }
    public required string Remove { get; init; }
    public required string RemoveFactor { get; init; }
    public required string RemoveFactorHint { get; init; }
    public required string RecoveryCodes { get; init; }
    public required string RecoveryCodesHint { get; init; }
    public required string RecoveryCodesLeft { get; init; }
    public required string RenewRecoveryCodes { get; init; }
    public required string RenewRecoveryCodesHint { get; init; }
    public required string CodesStored { get; init; }
    public required string BackToFactors { get; init; }

    public required string Continue { get; init; }
    public required string ConfirmHint { get; init; }
    public required string ConfirmByLogin { get; init; }
    public required string Passkeys { get; init; }
    public required string PasskeysHint { get; init; }
    public required string Passkey { get; init; }
    public required string PasskeySynced { get; init; }
    public required string PasskeyBound { get; init; }
    public required string AddPasskey { get; init; }
    public required string AddPasskeyHint { get; init; }
    public required string RemovePasskey { get; init; }
    public required string RemovePasskeyHint { get; init; }
    public required string LogInWithPasskey { get; init; }
    public required string UsePasskey { get; init; }
    public required string PasskeyFailed { get; init; }
    public required string PasskeyNeedsScript { get; init; }
    public required string BackToPasskeys { get; init; }

    public required string MyAccount { get; init; }
    public required string LoggedInAs { get; init; }
    public required string ExternalLogins { get; init; }
    public required string ExternalLoginsHint { get; init; }
    public required string AddExternalLogin { get; init; }
    public required string Devices { get; init; }
    public required string DevicesHint { get; init; }
    public required string ThisDevice { get; init; }
    public required string UnknownDevice { get; init; }
    public required string BrowserOnSystem { get; init; }
    public required string LoggedInOn { get; init; }
    public required string LastUsedOn { get; init; }
    public required string Address { get; init; }
    public required string Manage { get; init; }
    public required string Device { get; init; }
    public required string DeviceName { get; init; }
    public required string DeviceNameHint { get; init; }
    public required string Save { get; init; }
    public required string EndDevice { get; init; }
    public required string EndDeviceHint { get; init; }
    public required string Back { get; init; }

    public required string ChangePassword { get; init; }
    public required string ChangePasswordHint { get; init; }
    public required string CurrentPassword { get; init; }
    public required string NewPassword { get; init; }
    public required string PasswordChanged { get; init; }

    public required string ForgotPassword { get; init; }
    public required string ForgotPasswordHint { get; init; }
    public required string SendLink { get; init; }
    public required string BackToLogIn { get; init; }
    public required string MailSent { get; init; }
    public required string MailSentHint { get; init; }
    public required string ChooseNewPassword { get; init; }
    public required string ChooseNewPasswordHint { get; init; }
    public required string RequestNewLink { get; init; }
    public required string PasswordReset { get; init; }
    public required string PasswordResetHint { get; init; }

    public required string VerifyEmail { get; init; }
    public required string VerifyEmailHint { get; init; }
    public required string VerifyEmailCodeHint { get; init; }
    public required string MailCode { get; init; }
    public required string NewMail { get; init; }
    public required string NewMailHint { get; init; }
    public required string EmailVerified { get; init; }
    public required string EmailVerifiedHint { get; init; }

    public required string LogInByMail { get; init; }
    public required string LogInByMailHint { get; init; }
    public required string SendCode { get; init; }
    public required string CodeSentHint { get; init; }
    public required string LogInHere { get; init; }
    public required string LogInHereHint { get; init; }

    public required string ChangeUsername { get; init; }
    public required string ChangeUsernameHint { get; init; }
    public required string UsernameChanged { get; init; }

    public required string ChangeEmail { get; init; }
    public required string ChangeEmailHint { get; init; }
    public required string ChangeEmailCodeHint { get; init; }
    public required string NewEmail { get; init; }
    public required string ConfirmEmail { get; init; }
    public required string ConfirmEmailHint { get; init; }
    public required string EmailChanged { get; init; }
    public required string EmailChangedHint { get; init; }
    public required string UndoEmail { get; init; }
    public required string UndoEmailHint { get; init; }
    public required string EmailRestored { get; init; }
    public required string EmailRestoredHint { get; init; }

    public required string LogOut { get; init; }
    public required string LogOutHint { get; init; }
    public required string LogOutEverywhere { get; init; }
    public required string LogOutEverywhereHint { get; init; }
    public required string LoggedOut { get; init; }
    public required string LoggedOutHint { get; init; }

    public required string NotLoggedIn { get; init; }
    public required string JustNow { get; init; }
    public required string MinutesAgo { get; init; }
    public required string HoursAgo { get; init; }
    public required string Yesterday { get; init; }
    public required string DaysAgo { get; init; }
    public required string LanguageName { get; init; }
    public required string ShowPassword { get; init; }
    public required string SolvingChallenge { get; init; }
    public required string ChallengeNeedsScript { get; init; }
    public required string Registered { get; init; }
    public required string Renamed { get; init; }
    public required string DeviceEnded { get; init; }
    public required string Profile { get; init; }
    public required string ProfileName { get; init; }
    public required string ProfileNameHint { get; init; }
    public required string ProfileLanguage { get; init; }
    public required string ProfileLanguageHint { get; init; }
    public required string NoLanguage { get; init; }
    public required string ProfileSaved { get; init; }
    public required string Export { get; init; }
    public required string ExportHint { get; init; }
    public required string Activity { get; init; }
    public required string ActivityHint { get; init; }
    public required string Older { get; init; }
    public required string ByOperator { get; init; }
    public required string Times { get; init; }
    public required string FromDevice { get; init; }
    public required string DeleteAccount { get; init; }
    public required string DeleteAccountHint { get; init; }
    public required string DeleteAccountNowHint { get; init; }
    public required string AccountToBeDeleted { get; init; }
    public required string AccountToBeDeletedHint { get; init; }
    public required string AccountDeleted { get; init; }
    public required string AccountDeletedHint { get; init; }
    public required string KeepAccountTitle { get; init; }
    public required string KeepAccountHint { get; init; }
    public required string KeepAccount { get; init; }
    public required string DoNotKeepAccount { get; init; }
    public required string AccountKept { get; init; }
    public required string RestoreAccountHint { get; init; }
    public required string AccountRestored { get; init; }
    public required string AccountRestoredHint { get; init; }

    public required string NotPossible { get; init; }
    public required string TryAgainInSeconds { get; init; }
    public required string TryAgainInMinutes { get; init; }

    /// <summary>
    /// What has happened to an account, by the name of the event, or by that and its outcome: <c>session.ended.reuse</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Activities { get; init; }

    /// <summary>The same as a refusal, where it stands below a field: by its code and the field.</summary>
    public required IReadOnlyDictionary<string, string> FieldFaults { get; init; }

    /// <summary>What a refusal means for the visitor of a page, by its code.</summary>
    public required IReadOnlyDictionary<string, string> Refusals { get; init; }

    /// <summary>Why a password was refused, by the rule that it breaks.</summary>
    public required IReadOnlyDictionary<string, string> PasswordRules { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Texts))]
sealed partial class TextsJson : JsonSerializerContext
{
    public static Texts Read(string language) =>
        JsonSerializer.Deserialize(Asset.ReadText($"pages/texts/{language}.json"), Default.Texts)!;
}
