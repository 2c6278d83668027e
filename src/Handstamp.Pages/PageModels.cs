using System.Globalization;
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

sealed record LoginModel(PageContext PageContext, string Email, string ReturnTo, bool CanRegister, bool CanRecover);

sealed record SecondFactorModel(PageContext PageContext, string Ticket, IReadOnlyList<string> Factors, string ReturnTo);

sealed record RegisterModel(PageContext PageContext, string Email, string ReturnTo, string PasswordHint);

sealed record AccountModel(PageContext PageContext, string Email, IReadOnlyList<DeviceLine> Devices, bool PasswordChanged);

sealed record DeviceModel(PageContext PageContext, DeviceLine Device, string Name);

sealed record PasswordModel(PageContext PageContext, string Email, string PasswordHint);

sealed record ForgotModel(PageContext PageContext, string Email);

sealed record ResetModel(PageContext PageContext, string Token, string PasswordHint);

sealed record LogoutModel(PageContext PageContext);
