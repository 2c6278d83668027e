using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Docs;

/// <summary>The README's lines about the client, run against the real service.</summary>
public sealed class ReadmeTests(RunningService service) : IDisposable
{
    readonly TempDirectory _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_four_lines_of_the_README_work()
    {
        var (auth, path, Console) = (service.Address.OriginalString.TrimEnd('/'), Path.Combine(_home.Path, "tokens"), new StringWriter());
        using var someone = new HandstampClient(new() { Url = auth });
        await someone.RegisterAsync("ada@example.com", "correct horse battery staple");

        using var handstamp = new HandstampClient(new() { Url = auth, Store = new FileTokenStore(path) });
        await handstamp.LoginAsync("ada@example.com", "correct horse battery staple");
        using var http = handstamp.CreateHttpClient();
        Console.WriteLine(await http.GetStringAsync(auth + "/me"));

        Assert.Contains("ada@example.com", Console.ToString());
    }

    [Fact]
    public void The_README_has_the_lines_of_this_test()
    {
        var shown = Repository.Read("README.md").Split("## A tool in four lines\n\n```csharp\n")[1].Split("```")[0]
            .Replace("\"https://auth.example.com/me\"", "auth + \"/me\"", StringComparison.Ordinal)
            .Replace("\"https://auth.example.com\"", "auth", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var ran = Repository.Read("tests/Handstamp.Client.Tests/Docs/ReadmeTests.cs").Split('\n').Select(line => line.Trim());

        Assert.Equal(4, shown.Length);
        Assert.All(shown, line => Assert.Contains(line, ran));
    }
}
