using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using MailActionView = Handstamp.Pages.Views.Views_MailAction;
using MailCodeView = Handstamp.Pages.Views.Views_MailCode;
using MailRequestView = Handstamp.Pages.Views.Views_MailRequest;

namespace Handstamp.Pages;

/// <summary>The three forms of everything that is done by mail: request one, open its link, type its code.</summary>
sealed class MailForms(PageWriter pages)
{
    /// <summary>A code as a person types it: mails and people write it with spaces.</summary>
    public static string CodeOf(IFormCollection form) => string.Concat(form["code"].ToString().Where(letter => !char.IsWhiteSpace(letter)));

    /// <summary>The page that a link opens. To open it spends nothing; only the button does.</summary>
    public async Task AskForButtonAsync(
        HttpContext context, string formToken, Func<Texts, string> title, Func<Texts, string> hint, Func<Texts, string> button,
        Func<PageLinks, string> action, string token, Refusal? refusal = null, bool? isTemporary = null)
    {
        var view = pages.PageContext(context, formToken, refusal);
        using var body = new MailActionView { Model = new(view, hint(view.Texts), button(view.Texts), action(view.Links), token, isTemporary) };
        await PageWriter.WriteAsync(context, view, title(view.Texts), body);
    }

    public async Task AskForCodeAsync(
        HttpContext context, string formToken, Func<Texts, string> title, Func<Texts, string> hint, Func<Texts, string> button,
        Func<PageLinks, string> action, string email, string returnTo, Func<PageLinks, string>? newMail = null, Refusal? refusal = null,
        bool? isTemporary = null)
    {
        var view = pages.PageContext(context, formToken, refusal, "email", "code");
        using var body = new MailCodeView
        {
            Model = new(view, hint(view.Texts), button(view.Texts), action(view.Links), email, returnTo, newMail?.Invoke(view.Links), isTemporary),
        };
        await PageWriter.WriteAsync(context, view, title(view.Texts), body);
    }

    public async Task AskForAddressAsync(
        HttpContext context, string formToken, Func<Texts, string> title, Func<Texts, string> hint, Func<Texts, string> button,
        Func<PageLinks, string> action, string email, string returnTo, bool isNew = false, Refusal? refusal = null)
    {
        var view = pages.PageContext(context, formToken, refusal, "email");
        var label = isNew ? view.Texts.NewEmail : view.Texts.Email;
        using var body = new MailRequestView
        {
            Model = new(view, hint(view.Texts), button(view.Texts), action(view.Links), label, email, isNew ? "email" : "username", returnTo),
        };
        await PageWriter.WriteAsync(context, view, title(view.Texts), body);
    }
}
