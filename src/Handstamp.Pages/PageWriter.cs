using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using RazorSlices;
using LayoutView = Handstamp.Pages.Views.Views_Layout;
using MessageView = Handstamp.Pages.Views.Views_Message;

namespace Handstamp.Pages;

/// <summary>Writes complete pages, with the headers that pages need.</summary>
sealed class PageWriter(Languages languages, PageLinks links, Brand brand) : IPageRoute
{
    // No script, and nothing from other hosts; the style and the logo are separate routes.
    const string ContentPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public PageContext PageContext(HttpContext context, string formToken = "", Refusal? refusal = null) =>
        new(languages.For(context.Request), links.On(context.Request), brand, formToken, refusal);

    /// <summary>Writes a page, with the status of the page's refusal if it has one.</summary>
    public static async Task WriteAsync(HttpContext context, PageContext view, string title, RazorSlice body, bool wide = false)
    {
        using var html = new MemoryStream();
        using (var layout = new LayoutView { Model = new(view, title, body, wide) })
            await layout.RenderAsync(html, Encoder, context.RequestAborted);
        AddHeaders(context.Response, view);
        context.Response.ContentLength = html.Length;
        await context.Response.Body.WriteAsync(html.GetBuffer().AsMemory(0, (int)html.Length), context.RequestAborted);
    }

    /// <summary>A page that says what went wrong and links back.</summary>
    public async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var view = PageContext(context, refusal: refusal);
        using var body = new MessageView { Model = new(view, null) };
        await WriteAsync(context, view, view.Texts.NotPossible, body);
    }

    /// <summary>A page that says what was done, and links to the login.</summary>
    public async Task SayAsync(HttpContext context, Func<Texts, string> title, Func<Texts, string> text)
    {
        var view = PageContext(context);
        using var body = new MessageView { Model = new(view, text(view.Texts)) };
        await WriteAsync(context, view, title(view.Texts), body);
    }

    /// <summary>Redirects the browser, after a form or past a page. A reload does not send the form again.</summary>
    public static void GoTo(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
    }

    /// <summary>
    /// Redirects the browser to the login, and then back to the requested address, including its query.
    /// </summary>
    public void AskForLogin(HttpContext context)
    {
        var request = context.Request;
        var wanted = HttpMethods.IsGet(request.Method)
            ? request.PathBase.Add(request.Path).ToUriComponent() + request.QueryString.ToUriComponent()
            : null;
        var own = links.On(request);
        GoTo(context, own.LoginFor(own.ReturnTo(wanted)));
    }

    /// <summary>Redirects the browser to the page that asks for the password again, and then to this address.</summary>
    public void AskForPassword(HttpContext context, string returnTo)
    {
        var own = links.On(context.Request);
        GoTo(context, own.With(own.Confirm, returnTo));
    }

    static void AddHeaders(HttpResponse response, PageContext view)
    {
        var headers = response.Headers;
        response.StatusCode = view.Refusal?.Problem.Status ?? StatusCodes.Status200OK;
        response.ContentType = "text/html; charset=utf-8";
        headers.ContentSecurityPolicy = ContentPolicy;
        // With "no-referrer" a browser would send our own forms with the origin "null".
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentLanguage = view.Texts.Language;
        headers.Vary = "Accept-Language";
        if (view.Refusal?.RetryAfter is { } pause)
            headers.RetryAfter = Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}
