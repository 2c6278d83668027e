using System.Globalization;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using RazorSlices;

namespace Handstamp.Pages;

/// <summary>What every page needs: its language, its links, the sender of its form, and what went wrong.</summary>
sealed record PageContext(Texts Texts, PageLinks Links, Brand Brand, string FormToken, Refusal? Refusal)
{
    /// <summary>What went wrong, as a sentence for the visitor.</summary>
    public string? Fault => Refusal is null ? null : $"{RefusalText(Refusal)} {PauseText(Refusal.RetryAfter)}".TrimEnd();

    /// <summary>For the fields of a form that have a fault.</summary>
    public string? Invalid => Refusal is null ? null : "true";

    /// <summary>The ids of the elements that describe a field.</summary>
    public string? DescribedBy(string? hint = null) => (hint, Refusal) switch
    {
        (_, null) => hint,
        (null, _) => "fault",
        _ => $"{hint} fault",
    };

    string RefusalText(Refusal refusal) => refusal.Rule is { } rule
        ? Texts.PasswordRules[rule]
        : Texts.Refusals.GetValueOrDefault(refusal.Problem.Code, refusal.Problem.Title);

    string? PauseText(TimeSpan? pause) => pause switch
    {
        null => null,
        { TotalSeconds: <= 90 and var seconds } => Texts.TryAgainInSeconds.With("count", Number(seconds)),
        { TotalMinutes: var minutes } => Texts.TryAgainInMinutes.With("count", Number(minutes)),
    };

    static string Number(double count) => Math.Max(1, Math.Ceiling(count)).ToString(CultureInfo.InvariantCulture);
}

static class TextPlaces
{
    /// <summary>The text with a value in its placeholder: <c>{name}</c>.</summary>
    public static string With(this string text, string place, string value) =>
        text.Replace($"{{{place}}}", value, StringComparison.Ordinal);

    /// <summary>The text before the placeholder and after it, for a value in its own element.</summary>
    public static (string Before, string After) Around(this string text, string place)
    {
        var parts = text.Split($"{{{place}}}", 2);
        return (parts[0], parts[1]);
    }
}

sealed record LayoutModel(PageContext PageContext, string Title, RazorSlice Body, bool Wide);

sealed record MessageModel(PageContext PageContext, string? Text);

sealed record LoginModel(
    PageContext PageContext, string Email, string ReturnTo, bool CanRegister, bool CanRecover, bool CanLogInByMail,
    bool HasPasskeys, IReadOnlyList<ProviderSettings> Providers);

sealed record ExternalModel(PageContext PageContext, string Provider, string Address);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Ticket">The ticket of the sign-in.</param>
/// <param name="Factors">What the account has.</param>
/// <param name="ReturnTo">Where it leads.</param>
/// <param name="IsLogin">Whether it is a login, and not a reauthentication.</param>
/// <param name="Enrolment">The secret that the person has to add to an app first.</param>
sealed record SecondFactorModel(
    PageContext PageContext, string Ticket, IReadOnlyList<string> Factors, string ReturnTo, bool IsLogin = true,
    TotpEnrolment? Enrolment = null)
{
    public string Action => IsLogin ? PageContext.Links.SecondFactor : PageContext.Links.ConfirmCode;

    public string PasskeyAction => $"{Action}/passkey";

    public string Submit => IsLogin ? PageContext.Texts.LogIn : PageContext.Texts.Continue;
}

sealed record ConfirmModel(PageContext PageContext, string Email, bool HasPassword, bool HasPasskeys, string ReturnTo);

sealed record FactorsModel(PageContext PageContext, IReadOnlyList<FactorLine> Factors, int RecoveryCodes);

/// <summary>Null if the app has the secret already.</summary>
sealed record EnrolTotpModel(PageContext PageContext, TotpEnrolment? Enrolment);

sealed record RecoveryCodesModel(PageContext PageContext, IReadOnlyList<string> Codes);

sealed record RegisterModel(PageContext PageContext, string Email, string ReturnTo, string PasswordHint);

sealed record AccountModel(
    PageContext PageContext, string Email, IReadOnlyList<DeviceLine> Devices, bool PasswordChanged,
    IReadOnlyList<ExternalLoginLine> ExternalLogins, IReadOnlyList<ProviderSettings> Providers, bool OffersPasskey);

/// <summary>An external login as its owner knows it.</summary>
sealed record ExternalLoginLine(Guid Id, string Provider, string? Label, Day LastUsed);

sealed record DeviceModel(PageContext PageContext, DeviceLine Device, string Name);

sealed record PasswordModel(PageContext PageContext, string Email, string PasswordHint);

sealed record ForgotModel(PageContext PageContext, string Email);

sealed record ResetModel(PageContext PageContext, string Token, string PasswordHint);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">What the button does.</param>
/// <param name="Button">Its text.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Token">The secret of the link.</param>
sealed record MailActionModel(PageContext PageContext, string Hint, string Button, string Action, string Token);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">Where the code comes from.</param>
/// <param name="Button">The text of the button.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Email">The address that the mail went to.</param>
/// <param name="ReturnTo">Where the person goes after that.</param>
/// <param name="NewMail">The page that requests another mail.</param>
sealed record MailCodeModel(
    PageContext PageContext, string Hint, string Button, string Action, string Email, string ReturnTo, string? NewMail);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">What the mail is for.</param>
/// <param name="Button">The text of the button.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Label">The name of the field.</param>
/// <param name="Email">What was entered before.</param>
/// <param name="Autocomplete">What browsers fill into the field.</param>
/// <param name="ReturnTo">Where the person goes after that.</param>
sealed record MailRequestModel(
    PageContext PageContext, string Hint, string Button, string Action, string Label, string Email, string Autocomplete, string ReturnTo);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Passkeys">All of them, the oldest first.</param>
/// <param name="Accepted">The same for the browser, as JSON.</param>
/// <param name="CanAdd">Browsers know no passkeys for an IP address.</param>
sealed record PasskeysModel(PageContext PageContext, IReadOnlyList<PasskeyLine> Passkeys, string Accepted, bool CanAdd);

sealed record NewPasskeyModel(PageContext PageContext, BegunCeremony Begun, string Name);

sealed record PasskeyModel(PageContext PageContext, PasskeyLine Passkey, string Name);

sealed record LogoutModel(PageContext PageContext);
