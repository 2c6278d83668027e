using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Handstamp.TestBed;

namespace Handstamp.Packages;

public sealed partial class LibraryPackageTests(ReleasedLibraries released)
{
    const string Account = "ada@example.com";

    static readonly string[] Systems = ["win-x64", "win-arm64", "osx-x64", "osx-arm64", "linux-x64", "linux-arm64"];

    [Fact]
    public async Task A_fresh_app_with_the_program_of_the_README_serves_a_login()
    {
        var folder = released.NewFolder("service");
        var readme = await File.ReadAllTextAsync(Repository.PathOf("src/Handstamp.Server/README.md"));
        await File.WriteAllTextAsync($"{folder}/Program.cs", CodeBlock().Match(readme).Groups[1].Value.Replace(
            "(\"Handstamp\"))", "(\"Handstamp\")).AddPages().AddMail()", StringComparison.Ordinal));
        var app = await released.BuildAsync(
            folder, "Microsoft.NET.Sdk.Web", "Handstamp.Server", "Handstamp.Storage.Sqlite", "Handstamp.Storage.Postgres", "Handstamp.Pages", "Handstamp.Mail");

        var urls = $"http://127.0.0.1:{ServerPort.Find()}";
        await using var service = await ListeningProcess.StartAsync(
            app, new CommandCall(["--urls", urls, $"--Handstamp:Issuer={urls}"], Directory: folder));
        using var client = new HandstampClient(service.Address);

        await client.JoinAsync(Account);
        Assert.Equal(200, (int)(await client.SendAsync(HttpMethod.Get, "account/login")).StatusCode);
    }

    [Fact]
    public async Task A_fresh_API_and_a_fresh_app_work_with_the_service_of_the_tool()
    {
        var (api, cli) = (await SampleAsync("Api", "Microsoft.NET.Sdk.Web", "Handstamp.Bearer"), await SampleAsync("Cli", "Microsoft.NET.Sdk", "Handstamp.Client"));
        await using var service = await ServeToolAsync();
        await using var running = await ListeningProcess.StartAsync(
            api, new CommandCall(["--urls", "http://127.0.0.1:0", $"--Authority={service.Address.GetLeftPart(UriPartial.Authority)}"]));
        var places = new Dictionary<string, string>
        {
            ["AUTH"] = service.Address.GetLeftPart(UriPartial.Authority),
            ["API"] = running.Address.GetLeftPart(UriPartial.Authority),
            ["XDG_DATA_HOME"] = released.NewFolder("home"),
        };

        foreach (var command in (string[][])[["register", Account], ["login", Account]])
            Assert.Equal(0, (await CommandResult.OfAsync(cli, new CommandCall(command, HandstampClient.Password + "\n", places))).ExitCode);
        var called = await CommandResult.OfAsync(cli, new CommandCall(["call", "/me"], Environment: places));

        Assert.StartsWith("You are ", called.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_with_users_of_Identity_adopts_the_package()
    {
        var folder = released.NewFolder("adopt");
        await DebianMachine.SucceedsAsync("cp", "-r", $"{Repository.PathOf("samples/Adopt/After")}/.", folder);
        File.Delete($"{folder}/Adopt.After.csproj");
        var app = await released.BuildAsync(
            folder, "Microsoft.NET.Sdk.Web", "Handstamp.Identity", "Microsoft.AspNetCore.Identity.EntityFrameworkCore", "Microsoft.AspNetCore.OpenApi",
            "Microsoft.EntityFrameworkCore.Sqlite");

        var urls = $"http://127.0.0.1:{ServerPort.Find()}";
        await using var service = await ListeningProcess.StartAsync(app, new CommandCall(
            ["--urls", urls, $"--contentRoot={folder}", $"--Handstamp:Issuer={urls}", $"--ConnectionStrings:App=Data Source={folder}/app.db"]));
        using var http = new HttpClient { BaseAddress = service.Address };
        var ada = new { email = Account, password = "Correct-horse-1" };

        using var registered = await http.PostAsJsonAsync("register", ada);
        registered.EnsureSuccessStatusCode();
        using var login = await http.PostAsJsonAsync("login", ada);
        var tokens = await login.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        using var refreshed = await http.PostAsJsonAsync("refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        refreshed.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_fresh_npm_project_logs_in_with_the_browser_client()
    {
        var folder = released.NewFolder("npm");
        var file = Directory.GetFiles(released.Folder, "*.tgz").Single();
        await DebianMachine.SucceedsAsync("npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--silent", file);
        await File.WriteAllTextAsync($"{folder}/login.mjs", """
            import { createHandstamp } from '@handstamp/browser';
            import { generateKeyPairSync } from 'node:crypto';
            await import('@handstamp/browser/dpop');
            const handstamp = createHandstamp({ url: process.argv[2] });
            const ada = { email: 'ada@example.com', password: 'correct horse battery staple' };
            await handstamp.register(ada);
            await handstamp.login(ada);
            console.log((await handstamp.user()).email);
            process.exit();
            """);
        await using var service = await ServeToolAsync();

        var result = await DebianMachine.SucceedsAsync("node", $"{folder}/login.mjs", service.Address.GetLeftPart(UriPartial.Authority));

        Assert.Equal(Account, result.Trim());
    }

    [Fact]
    public void The_tool_has_the_native_libraries_of_each_system()
    {
        using var package = ZipFile.OpenRead($"{released.Folder}/handstamp.{ReleasedLibraries.Version}.nupkg");
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];

        foreach (var system in Systems)
        {
            Assert.Contains(files, file => Regex.IsMatch(file, $"/runtimes/{system}/native/(lib)?e_sqlite3\\.(dll|dylib|so)$"));
            Assert.Contains(files, file => Regex.IsMatch(file, $"/runtimes/{system}/native/libsodium\\.(dll|dylib|so)$"));
        }
    }

    [Fact]
    public void Each_package_says_what_it_is_and_where_its_sources_are()
    {
        string[] packages = Directory.GetFiles(released.Folder, "*.nupkg");
        Assert.Equal(Directory.GetDirectories(Repository.PathOf("src")).Length, packages.Length);

        Assert.All(packages, file =>
        {
            using var package = ZipFile.OpenRead(file);
            var metadata = XDocument.Load(package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open())
                .Descendants().ToLookup(element => element.Name.LocalName);
            Assert.Equal("Apache-2.0", metadata["license"].Single().Value);
            Assert.NotEmpty(metadata["description"].Single().Value);
            Assert.Matches("^[0-9a-f]{40}$", metadata["repository"].Single().Attribute("commit")!.Value);
            Assert.NotNull(package.GetEntry(metadata["readme"].Single().Value));
            Assert.NotNull(package.GetEntry(metadata["icon"].Single().Value));
            Assert.Contains(package.Entries, entry => entry.FullName.EndsWith(".xml", StringComparison.Ordinal) && entry.FullName.Contains("net10.0/", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_symbols_name_the_commit_of_their_sources() => Assert.All(Directory.GetFiles(released.Folder, "*.snupkg"), file =>
    {
        using var package = ZipFile.OpenRead(file);
        foreach (var symbols in package.Entries.Where(entry => entry.Name is "handstamp.pdb" || entry.Name.StartsWith("Handstamp.", StringComparison.Ordinal) && entry.Name.EndsWith(".pdb", StringComparison.Ordinal)))
        {
            using var content = new MemoryStream();
            using (var stream = symbols.Open()) stream.CopyTo(content);
            Assert.Contains("https://raw.githubusercontent.com/handstamp/handstamp/", Encoding.UTF8.GetString(content.ToArray()), StringComparison.Ordinal);
        }
    });

    // A sample as it is, but with a package in place of the project.
    async Task<string> SampleAsync(string name, string sdk, string package)
    {
        var folder = released.NewFolder(name);
        File.Copy(Repository.PathOf($"samples/{name}/Program.cs"), $"{folder}/Program.cs");
        return await released.BuildAsync(folder, sdk, package);
    }

    Task<ListeningProcess> ServeToolAsync() => ListeningProcess.StartAsync(released.Tool, new CommandCall(
        ["serve", "--environment", "Development", "--data", released.NewFolder($"data-{Guid.NewGuid()}"), "--urls", $"http://127.0.0.1:{ServerPort.Find()}"]));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
