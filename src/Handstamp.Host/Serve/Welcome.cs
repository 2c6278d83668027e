using Handstamp.Host.Playground;
using Handstamp.Mail;
using Handstamp.Pages;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>What to try first. Printed only in development.</summary>
static class Welcome
{
    public static void Print(IServiceProvider services, string url)
    {
        var service = services.GetRequiredService<IOptions<HandstampOptions>>().Value;
        // /me only accepts a token for the service.
        var resource = service.DeclaredAudiences.Count == 0 ? "" : $",\"resource\":\"{service.Issuer}\"";
        Console.Out.WriteLine();
        if (PlaygroundPage.IsBuiltIn) Console.Out.WriteLine($"Playground: {url}/");
        if (services.GetRequiredService<IOptions<PagesOptions>>().Value.Enabled)
            Console.Out.WriteLine($"Login and account pages: {url}/account");
        if (services.GetRequiredService<IOptions<MailOptions>>().Value.Directory is { } mails) Console.Out.WriteLine($"Mails: {mails}");
        Console.Out.WriteLine($$"""

            Try it:
              curl {{url}}/register --json '{"email":"ada@example.com","password":"correct horse battery staple"}'
              curl {{url}}/login --json '{"email":"ada@example.com","password":"correct horse battery staple"{{resource}}}'
              curl {{url}}/refresh --json '{"refresh_token":"hsr_..."{{resource}}}'
              curl {{url}}/me -H 'Authorization: Bearer ...'
            Press Ctrl+C to stop.

            """);
    }
}
