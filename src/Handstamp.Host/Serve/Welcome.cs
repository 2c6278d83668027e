using Handstamp.Host.Playground;

namespace Handstamp.Host.Serve;

/// <summary>What a newcomer can try first; printed in development only.</summary>
static class Welcome
{
    public static void Print(string url)
    {
        if (PlaygroundPage.IsBuiltIn) Console.Out.WriteLine($"\nOpen {url}/ in a browser: the playground.");
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
