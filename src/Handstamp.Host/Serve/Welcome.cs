using Handstamp.Host.Playground;
using Handstamp.Pages;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary>What a newcomer can try first; printed in development only.</summary>
static class Welcome
{
    public static void Print(IServiceProvider services, string url)
    {
        Console.Out.WriteLine();
        if (PlaygroundPage.IsBuiltIn) Console.Out.WriteLine($"Open {url}/ in a browser: the playground.");
        if (services.GetRequiredService<IOptions<PagesOptions>>().Value.Enabled)
            Console.Out.WriteLine($"Open {url}/account: the pages to log in and to manage an account.");
        Console.Out.WriteLine($$"""

            Try it:
              curl {{url}}/register --json '{"email":"ada@example.com","password":"correct horse battery staple"}'
              curl {{url}}/login --json '{"email":"ada@example.com","password":"correct horse battery staple"}'
              curl {{url}}/refresh --json '{"refresh_token":"hsr_..."}'
              curl {{url}}/me -H 'Authorization: Bearer ...'
            Ctrl+C stops it.

            """);
    }
}
