using System.Xml.Linq;
using Handstamp.Packages;
using Handstamp.TestBed;

[assembly: AssemblyFixture(typeof(ReleasedLibraries))]

namespace Handstamp.Packages;

/// <summary>The packages for NuGet and npm that eng/release makes, and the .NET tool, installed from its package.</summary>
public sealed class ReleasedLibraries : IAsyncLifetime
{
    readonly TempDirectory _directory = new();

    public string Folder { get; } = Repository.PathOf("artifacts/packages/libraries");

    public string Tool => _directory.File("tool/handstamp");

    public async ValueTask InitializeAsync()
    {
        await DebianMachine.SucceedsAsync(Repository.PathOf("eng/release"), "libraries");
        await DotnetAsync("tool", "install", "handstamp", "--version", Version, "--tool-path", _directory.File("tool"), "--add-source", Folder);
    }

    public static string Version { get; } =
        XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    /// <summary>An empty folder for an app.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(_directory.File(name)).FullName;

    /// <summary>Writes a project that has these packages, and compiles it. Returns the path of its program.</summary>
    public async Task<string> BuildAsync(string folder, string sdk, params string[] packages)
    {
        var references = packages.Select(package => $"""<PackageReference Include="{package}" Version="{VersionOf(package)}" />""");
        await File.WriteAllTextAsync($"{folder}/App.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{Folder}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>{string.Concat(references)}</ItemGroup>
            </Project>
            """);
        await DotnetAsync("build", folder, "-c", "Release", "-v", "quiet", "-nologo", "-warnaserror", "-p:UseSharedCompilation=false", "-o", $"{folder}/out");
        return $"{folder}/out/App";
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    static string VersionOf(string package) => package.StartsWith("Handstamp.", StringComparison.Ordinal) ? Version
        : XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    // The packages of this version go to a cache of their own: the machine's could have others with the same version.
    async Task DotnetAsync(params string[] arguments)
    {
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        var result = await CommandResult.OfAsync("dotnet", new CommandCall(arguments, Environment: new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = _directory.File("packages"),
            ["NUGET_FALLBACK_PACKAGES"] = machine,
            ["MSBUILDDISABLENODEREUSE"] = "1",
        }));
        Assert.True(result.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}{result.Error}");
    }
}
