using System.Net;
using Handstamp.Mail;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Playground;

/// <summary>The newest mails in the directory of development. The links in them open accounts.</summary>
sealed record MailView(IReadOnlyList<WrittenMail> Mails)
{
    const int Most = 20;

    /// <summary><c>GET /playground/mails</c>, only for this machine.</summary>
    public static async ValueTask<Refusal?> ShowAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<MailOptions>>().Value;
        if (options.Directory is not { } directory || !IsHere(context)) return Problems.NotFound;
        await context.Response.WriteAsJsonAsync(new MailView(WrittenMails.Newest(directory, Most)), PlaygroundJson.Default.MailView);
        return null;
    }

    // By its name, too: a page of a stranger could have a name of its own lead to this machine (DNS rebinding).
    static bool IsHere(HttpContext context) =>
        IPAddress.IsLoopback(context.Address())
        && Uri.TryCreate($"http://{context.Request.Host}", UriKind.Absolute, out var asked) && asked.IsLoopback;
}
