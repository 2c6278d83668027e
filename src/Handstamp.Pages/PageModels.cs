using System.Globalization;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Html;
using RazorSlices;

namespace Handstamp.Pages;

/// <summary>What every page needs: its language, its links, the sender of its form, and what went wrong.</summary>
sealed record PageContext(Texts Texts, PageLinks Links, Brand Brand, string FormToken, Refusal? Refusal, DateTimeOffset Now)
{
    /// <summary>The fields of the page's form, if one of them can be at fault.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether the person of the page is logged in, as far as the page had to know it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Where a page leads back to: a visitor has no account to go back to.</summary>
    public string Back => IsOwn ? Links.Account : Links.Login;

    public string BackText => IsOwn ? Texts.Back : Texts.BackToLogIn;

    /// <summary>Whether a form that begins something has to bring the solution of a challenge.</summary>
    public bool IsChallenged { get; init; }

    /// <summary>The widget of another service that checks visitors; null if the page's own script solves the challenge.</summary>
    public SiteVerifyWidget? Widget { get; init; }

    /// <summary>Whether the page has such a form.</summary>
    public bool ShowsChallenge { get; private set; }

    /// <summary>The part of such a form: what the script fills in, and a text for people without JavaScript.</summary>
    public HtmlString ShowChallenge()
    {
        ShowsChallenge = IsChallenged;
        return !IsChallenged ? HtmlString.Empty : new HtmlString(Widget is { } widget
            ? $"""<div class="{Encoded(widget.Class)}" data-sitekey="{Encoded(widget.SiteKey)}" data-action="{SiteVerifyWidget.Action}"></div>{NeedsScript}<script src="{Encoded(widget.Script.AbsoluteUri)}" async defer></script>"""
            : $"""<input type="hidden" name="{FormGate.ChallengeField}" data-challenge="{Links.Challenge}"><p class="hint" data-solving role="status" hidden>{Encoded(Texts.SolvingChallenge)}</p>{NeedsScript}<script src="{Links.ChallengeScript}" defer></script>""");
    }

    string NeedsScript => $"""<noscript><p class="fault">{Encoded(Texts.ChallengeNeedsScript)}</p></noscript>""";

    /// <summary>Whether something went wrong that is not about one field.</summary>
    public bool IsFaultOfAll => Refusal is not null && FaultyField is null;

    /// <summary>What went wrong, as a sentence for the visitor.</summary>
    public HtmlString Fault => LinkedText.Html($"{RefusalText(Refusal!)} {PauseText(Refusal!.RetryAfter)}".TrimEnd(), Links, PageWriter.Encoder);

    /// <summary>The text below the field that is at fault.</summary>
    public HtmlString FaultOf(string field) =>
        IsAtFault(field) ? new HtmlString($"<p class=\"wrong\" id=\"{field}-fault\" role=\"alert\">{Fault}</p>") : HtmlString.Empty;

    public string? Invalid(string field) => IsAtFault(field) ? "true" : null;

    /// <summary>The field that is at fault has the focus, so a screen reader reads its fault first.</summary>
    public string? Focus(string field) => IsAtFault(field) ? "autofocus" : null;

    /// <summary>The ids of the elements that describe a field.</summary>
    public string? DescribedBy(string field, string? hint = null) =>
        !IsAtFault(field) ? hint : hint is null ? $"{field}-fault" : $"{hint} {field}-fault";

    /// <summary>A text with its links. The value comes last: a link that a visitor types is none.</summary>
    public HtmlString Linked(string text, (string Place, string Typed)? value)
    {
        var html = LinkedText.Html(text, Links, PageWriter.Encoder);
        return value is var (place, typed) ? new HtmlString(html.Value!.With(place, PageWriter.Encoder.Encode(typed))) : html;
    }

    public Moment When(DateTimeOffset time) => new(time, Now, Texts);

    string? FaultyField => Refusal is null ? null : FieldFaults.CandidatesFor(Refusal).FirstOrDefault(Fields.Contains);

    bool IsAtFault(string field) => FaultyField == field;

    string RefusalText(Refusal refusal) =>
        refusal.Rule is { } rule ? Texts.PasswordRules[rule]
        : FaultyField is { } field && Texts.FieldFaults.TryGetValue($"{refusal.Problem.Code}.{refusal.Field ?? field}", out var text) ? text
        : Texts.Refusals.GetValueOrDefault(refusal.Problem.Code, refusal.Problem.Title);

    string? PauseText(TimeSpan? pause) => pause switch
    {
        null => null,
        { TotalSeconds: <= 90 and var seconds } => Texts.TryAgainInSeconds.With("count", Number(seconds)),
        { TotalMinutes: var minutes } => Texts.TryAgainInMinutes.With("count", Number(minutes)),
    };

    static string Encoded(string text) => PageWriter.Encoder.Encode(text);

    static string Number(double count) => Math.Max(1, Math.Ceiling(count)).ToString(CultureInfo.InvariantCulture);
}

/// <summary>About which field of a form a refusal is.</summary>
static class FieldFaults
{
    /// <summary>The first of these that a page has. None for a login: it does not say which of the two fields is wrong.</summary>
    public static IReadOnlyList<string> CandidatesFor(Refusal refusal) => refusal.Problem.Code switch
    {
        // Registration and login have one field for both.
        "invalid_request" when refusal.Field == "username" => ["username", "email"],
        "invalid_request" when refusal.Field is { } field => [field],
        "invalid_credentials" => ["current"],
        "username_taken" => ["username", "email"],
        "account_exists" or "email_domain_not_allowed" => ["email"],
        "password_too_weak" => ["password"],
        "passwords_differ" => ["again"],
        "mfa_code_invalid" => ["code", "recovery-code"],
        "login_code_invalid" or "email_token_invalid" => ["code"],
        _ => [],
    };
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

/// <param name="PageContext">What every page needs.</param>
/// <param name="Text">What was done; null after a refusal.</param>
/// <param name="CanLogIn">Whether it links to the login.</param>
/// <param name="Value">What the visitor has typed, for a place in the text.</param>
sealed record MessageModel(PageContext PageContext, string? Text, bool CanLogIn = true, (string Place, string Typed)? Value = null);

sealed record LoginModel(
    PageContext PageContext, string Email, string Label, string ReturnTo, bool CanRegister, bool CanRecover, bool CanLogInByMail,
    bool HasPasskeys, IReadOnlyList<ProviderSettings> Providers, bool IsTemporary,
    Acceptance? Acceptance)
{
    /// <summary>Where a login at a provider begins if no terms are accepted with it, with what the person has chosen on the page.</summary>
    public string LinkTo(ProviderSettings provider, bool isTemporary = false)
    {
        var links = PageContext.Links;
        var link = links.With(links.External(provider.Name), ReturnTo);
        return isTemporary ? PageLinks.With(link, PageLinks.Forget, "1") : link;
    }
}

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

sealed record RegisterModel(PageContext PageContext, string Email, string Label, string ReturnTo, string PasswordHint, Acceptance? Acceptance);

sealed record AccountModel(
    PageContext PageContext, string Email, IReadOnlyList<DeviceLine> Devices, string? Done, bool TermsAreDue,
    IReadOnlyList<ExternalLoginLine> ExternalLogins, IReadOnlyList<ProviderSettings> Providers, bool OffersPasskey, bool HasUsernames);

/// <summary>An external login as its owner knows it.</summary>
sealed record ExternalLoginLine(Guid Id, string Provider, string? Label, Moment LastUsed);

sealed record DeviceModel(PageContext PageContext, DeviceLine Device, string Name);

sealed record PasswordModel(PageContext PageContext, string Email, string PasswordHint);

sealed record InvitationModel(PageContext PageContext, string Token, string Email, string PasswordHint, Acceptance? Acceptance);

sealed record TermsModel(PageContext PageContext, Acceptance Acceptance);

sealed record AcceptanceModel(Texts Texts, Acceptance Acceptance);

sealed record ForgotModel(PageContext PageContext, string Email);

sealed record ResetModel(PageContext PageContext, string Token, string PasswordHint);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">What the button does.</param>
/// <param name="Button">Its text.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Token">The secret of the link.</param>
/// <param name="IsTemporary">Whether the person does not want to be remembered; null if the button does not log in.</param>
sealed record MailActionModel(PageContext PageContext, string Hint, string Button, string Action, string Token, bool? IsTemporary);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">Where the code comes from.</param>
/// <param name="Button">The text of the button.</param>
/// <param name="Action">Where the form goes.</param>
/// <param name="Email">The address that the mail went to.</param>
/// <param name="ReturnTo">Where the person goes after that.</param>
/// <param name="NewMail">The page that requests another mail.</param>
/// <param name="IsTemporary">Whether the person does not want to be remembered; null if the button does not log in.</param>
sealed record MailCodeModel(
    PageContext PageContext, string Hint, string Button, string Action, string Email, string ReturnTo, string? NewMail, bool? IsTemporary);

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

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">What the button does, and when.</param>
sealed record DeleteModel(PageContext PageContext, string Hint);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Hint">When the account is deleted.</param>
/// <param name="Ticket">The ticket of the sign-in.</param>
/// <param name="ReturnTo">Where it leads.</param>
sealed record KeepModel(PageContext PageContext, string Hint, string Ticket, string ReturnTo);

sealed record UsernameModel(PageContext PageContext, string Username);

sealed record ProfileModel(PageContext PageContext, string Name, string? Locale, IReadOnlyList<LanguageChoice> Languages);

/// <summary>A language, and how its speakers call it.</summary>
sealed record LanguageChoice(string Tag, string Name);

/// <param name="PageContext">What every page needs.</param>
/// <param name="Lines">The newest first.</param>
/// <param name="Next">The address of the next page; null on the last one.</param>
sealed record ActivityModel(PageContext PageContext, IReadOnlyList<ActivityLine> Lines, string? Next);

sealed record DocumentModel(PageContext PageContext, HtmlString Html);
