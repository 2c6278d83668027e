using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using DocumentView = Handstamp.Pages.Views.Views_Document;

namespace Handstamp.Pages;

/// <summary>The page of an error code, for a person who opens the address in a problem's <c>type</c>. The documents are in English.</summary>
sealed class DocumentPage(PageWriter pages) : IDocumentPage
{
    public async Task WriteAsync(HttpContext context, string markdown)
    {
        var view = pages.PageContext(context);
        var (title, html) = Markdown.Read(markdown, PageWriter.Encoder);
        using var body = new DocumentView { Model = new(view, html) };
        await PageWriter.WriteAsync(context, view, title, body, wide: true);
    }
}
