using System.Net;
using System.Text.Json;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary>samples/Adopt: an app with MapIdentityApi, and the same app with ours. Both are processes.</summary>
[Trait("Kind", "Proof")]
public sealed class AdoptTests
{
    const int MaxDifference = 10;

    static readonly object Ada = new { email = IdentityApp.Email, password = IdentityApp.Password };

    [Fact]
    public void Ten_lines_make_one_of_the_other()
    {
        (string Before, string After)[] files =
        [
            ("Adopt.Before.csproj", "Adopt.After.csproj"), ("AppDb.cs", "AppDb.cs"), ("Program.cs", "Program.cs"), ("appsettings.json", "appsettings.json"),
        ];

        var difference = files.Sum(file => DifferenceOf(LinesOf("Before", file.Before), LinesOf("After", file.After)));

        Assert.InRange(difference, 1, MaxDifference);
    }

    [Fact]
    public void The_guide_shows_the_lines()
    {
        var guide = Repository.Read("docs/guide/adopt.md");
        var added = new[] { "AppDb.cs", "Program.cs" }.SelectMany(file => LinesOf("After", file).Except(LinesOf("Before", file))).ToList();

        Assert.Equal(3, added.Count);
        Assert.All(added, line => Assert.Contains(line.Trim(), guide, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Users_their_passwords_and_their_cookies_stay_as_they_are()
    {
        using var directory = new TempDirectory();
        var cookies = new CookieContainer();
        await using (var before = await StartAsync("Before", directory))
        {
            using var client = ClientOf(before.Address, cookies);
            (await client.PostAsync("/register", Ada)).IsEmptyOk();
            (await client.PostAsync("/login?useCookies=true", Ada)).IsEmptyOk();
            Assert.Contains("Mild", (await client.SendAsync(HttpMethod.Get, "/weatherforecast", null, Tokens.Of(await client.PostAsync("/login", Ada)).AccessToken)).IsOk().Body, StringComparison.Ordinal);
            await before.StopAsync();
        }

        await using var after = await StartAsync("After", directory);
        using var same = ClientOf(after.Address, cookies);
        Assert.Contains("Mild", (await same.GetAnswerAsync("/weatherforecast")).IsOk().Body, StringComparison.Ordinal);
        (await same.PostAsync("/register", Ada)).IsInvalid("DuplicateUserName");
        var tokens = Tokens.Of(await same.PostAsync("/login", Ada));

        Assert.Contains("Mild", (await same.SendAsync(HttpMethod.Get, "/weatherforecast", null, tokens.AccessToken)).IsOk().Body, StringComparison.Ordinal);
        Tokens.Of(await same.PostAsync("/refresh", new { tokens.RefreshToken }));
    }

    [Fact]
    public async Task Clients_that_are_generated_from_its_description_stay_the_same()
    {
        var before = await DescriptionAsync("Before");
        var after = await DescriptionAsync("After");

        foreach (var kind in new[] { "paths", "schemas" })
            Assert.All(MembersOf(before, kind), member => Assert.Equal(member.Value, MembersOf(after, kind).GetValueOrDefault(member.Key)));
        Assert.Contains("/manage/sessions", MembersOf(after, "paths").Keys);
    }

    static async Task<JsonElement> DescriptionAsync(string sample)
    {
        using var directory = new TempDirectory();
        await using var app = await StartAsync(sample, directory);
        using var client = ClientOf(app.Address);
        var text = (await client.GetAnswerAsync("/openapi/v1.json")).IsOk().Body;
        return JsonDocument.Parse(text.Replace($"Adopt.{sample}", "Adopt", StringComparison.Ordinal)).RootElement;
    }

    static Dictionary<string, string> MembersOf(JsonElement description, string kind) =>
        (kind == "paths" ? description.GetProperty("paths") : description.GetProperty("components").GetProperty("schemas"))
        .EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());

    [Fact]
    public async Task Another_service_verifies_its_tokens_and_hears_of_a_logout()
    {
        using var directory = new TempDirectory();
        await using var after = await StartAsync("After", directory);
        using var client = ClientOf(after.Address);
        (await client.PostAsync("/register", Ada)).IsEmptyOk();
        var tokens = Tokens.Of(await client.PostAsync("/login", Ada));
        await using var api = await StartApiAsync(after.Address);
        using var caller = ClientOf(new Uri(api.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single()));

        Assert.Equal("in", (await caller.SendAsync(HttpMethod.Get, "/", null, tokens.AccessToken)).IsOk().Body);
        (await client.SendAsync(HttpMethod.Post, "/logout", null, tokens.AccessToken)).IsEmptyOk();

        await Eventually.TrueAsync(
            async () => (await caller.SendAsync(HttpMethod.Get, "/", null, tokens.AccessToken)).Status == HttpStatusCode.Unauthorized, "the other service hears of the logout");
    }

    // One folder, as it is for an app that is changed: Data Protection knows the app by it, and has its keys in the home.
    // In development, the feed asks a service on this machine for no credential.
    static Task<ListeningProcess> StartAsync(string sample, TempDirectory directory)
    {
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        var name = $"Adopt.{sample}";
        var address = $"http://127.0.0.1:{ServerPort.Find()}";
        return ListeningProcess.StartAsync(Path.Combine(build.Parent!.Parent!.FullName, name, build.Name, name), new CommandCall(
        [
            "--contentRoot", Repository.PathOf("samples/Adopt/Before"), "--environment", "Development", "--urls", address,
            "--Handstamp:Issuer", address, "--Handstamp:DataDirectory", directory.File("handstamp"),
            "--ConnectionStrings:App", $"Data Source={directory.File("app.db")}",
        ], Environment: new Dictionary<string, string> { ["HOME"] = directory.Path }));
    }

    static async Task<WebApplication> StartApiAsync(Uri authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthentication().AddHandstampBearer(options => options.Authority = authority.GetLeftPart(UriPartial.Authority));
        builder.Services.AddAuthorization();
        var api = builder.Build();
        api.MapGet("/", () => "in").RequireAuthorization();
        await api.StartAsync();
        return api;
    }

    static HttpClient ClientOf(Uri address, CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = address };

    static string[] LinesOf(string sample, string file) => Repository.Read($"samples/Adopt/{sample}/{file}").Split('\n');

    // The lines that were removed and those that were added, as diff counts them.
    static int DifferenceOf(string[] before, string[] after)
    {
        var common = new int[after.Length + 1];
        foreach (var line in before)
            common = Extend(common, line, after);
        return before.Length + after.Length - (2 * common[^1]);
    }

    // The longest common sequence of the lines so far and each beginning of the other file.
    static int[] Extend(int[] common, string line, string[] after)
    {
        var next = new int[common.Length];
        for (var i = 1; i < next.Length; i++)
            next[i] = line == after[i - 1] ? common[i - 1] + 1 : Math.Max(common[i], next[i - 1]);
        return next;
    }
}
