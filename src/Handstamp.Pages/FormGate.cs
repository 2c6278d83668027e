using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Pages;

/// <summary>A form and who sent it.</summary>
sealed record CallerForm(Caller Caller, IFormCollection Form);

/// <summary>
/// The conditions for a form, checked before anything is done: it comes from one of our pages, has exactly the fields
/// that we gave it, and carries the token that we made for its sender.
/// </summary>
sealed class FormGate(
    BrowserOrigin origin, FormTokens tokens, VisitCookie visits, PageSession sessions, SiteVerifier verifier, PageWriter pages)
{
    /// <summary>The field with the token.</summary>
    public const string TokenField = "form";

    /// <summary>Whether the person wants to be remembered. A browser does not send the field if it is not ticked.</summary>
    public const string RememberField = "remember";

    /// <summary>The solution of a challenge, which the page's script puts in.</summary>
    public const string ChallengeField = "altcha";

    /// <summary>After the name of a field that may be missing.</summary>
    public const char Optional = '?';

    /// <summary>The field of a form that may have to bring the solution of a challenge, by whatever name.</summary>
    public const string OptionalChallenge = "altcha?";

    // The longest address, two passwords and a path fit in, even if each letter of them is escaped.
    public const int MaxLength = 16 * 1024;

    static readonly Refusal NotOurs = new(Problems.FormNotOurs);

    string SolutionField => verifier.Widget?.Field ?? ChallengeField;

    /// <summary>The solution of a challenge, or the response of the widget, if the form has it.</summary>
    public string SolutionIn(IFormCollection form) => form[SolutionField].ToString();

    /// <summary>A token for a browser in which nobody is logged in.</summary>
    public string VisitorsToken(HttpContext context) => tokens.ForVisit(visits.Visit(context));

    /// <summary>The form of such a browser, or null if the request has been answered.</summary>
    public async ValueTask<IFormCollection?> ReadVisitorsAsync(HttpContext context, params string[] fields)
    {
        if (await ReadAsync(context, fields) is not { } form) return null;
        if (visits.Read(context.Request).Any(visit => tokens.IsForVisit(TokenOf(form), visit))) return form;
        await pages.RefuseAsync(context, NotOurs);
        return null;
    }

    /// <summary>The form of a person who is logged in, or null if the request has been answered.</summary>
    public async ValueTask<CallerForm?> ReadCallersAsync(HttpContext context, params string[] fields)
    {
        if (await ReadAsync(context, fields) is not { } form) return null;
        if (await sessions.RequireAsync(context) is not { } caller) return null;
        if (tokens.IsForSession(TokenOf(form), caller.SessionId)) return new CallerForm(caller, form);
        await pages.RefuseAsync(context, NotOurs);
        return null;
    }

    async ValueTask<IFormCollection?> ReadAsync(HttpContext context, string[] fields)
    {
        var (form, refusal) = origin.IsOwn(context.Request)
            ? await context.ReadFormAsync(MaxLength)
            : (null, new Refusal(Problems.OriginNotAllowed));
        if (form is null || !HasExactly(form, [TokenField, .. fields.Select(field => field == OptionalChallenge ? SolutionField + Optional : field)])) refusal ??= new Refusal(Problems.InvalidRequest);
        else if (await tokens.CanJudgeAsync(TokenOf(form))) return form;
        await pages.RefuseAsync(context, refusal ?? UnknownKeys.NotNow);
        return null;
    }

    static bool HasExactly(IFormCollection form, string[] fields) =>
        fields.All(field => field.EndsWith(Optional) || form.ContainsKey(field))
        && form.All(field => field.Value.Count == 1 && fields.Any(known => known.TrimEnd(Optional) == field.Key));

    /// <summary>Whether the person does not want to be remembered.</summary>
    public static bool IsTemporary(IFormCollection form) => !form.ContainsKey(RememberField);

    static string TokenOf(IFormCollection form) => form[TokenField].ToString();
}
