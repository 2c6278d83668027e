namespace Handstamp.Client.Tests.Processes;

/// <summary>A program that logs in at a service, and calls it as an API, in an environment with a proxy.</summary>
static class ProxyChild
{
    public static async Task<int> RunAsync(string url)
    {
        using var client = new HandstampClient(new() { Url = url });
        using var http = client.CreateHttpClient();
        try
        {
            await client.LoginAsync("ada@example.com", "hunter2-canary");
        }
        catch (HandstampException fault)
        {
            Console.WriteLine(fault.Code);
        }
        Console.WriteLine((await http.GetAsync(new Uri(url))).StatusCode);
        return 0;
    }
}
