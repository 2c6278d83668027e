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
    public required string Password { get; init; }
    public required string PasswordHint { get; init; }
    public required string PasswordAgain { get; init; }

    public required string LogIn { get; init; }
    public required string NoAccount { get; init; }
    public required string Register { get; init; }
    public required string HaveAccount { get; init; }

    public required string SecondFactor { get; init; }
    public required string Code { get; init; }
    public required string CodeHint { get; init; }
    public required string UseRecoveryCode { get; init; }
    public required string RecoveryCode { get; init; }
    public required string RecoveryCodeHint { get; init; }

    public required string MyAccount { get; init; }
    public required string LoggedInAs { get; init; }
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

    public required string LogOut { get; init; }
    public required string LogOutHint { get; init; }
    public required string LogOutEverywhere { get; init; }
    public required string LogOutEverywhereHint { get; init; }
    public required string LoggedOut { get; init; }
    public required string LoggedOutHint { get; init; }

    public required string NotPossible { get; init; }
    public required string TryAgainInSeconds { get; init; }
    public required string TryAgainInMinutes { get; init; }

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
