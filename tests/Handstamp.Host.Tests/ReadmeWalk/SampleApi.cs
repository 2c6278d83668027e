using Handstamp.Testing;

namespace Handstamp.Host.Tests.ReadmeWalk;

/// <summary>samples/Api as a process of its own, on a free port.</summary>
static class SampleApi
{
    public static Task<ListeningProcess> StartAsync(Uri service) => ListeningProcess.StartAsync(
        OfThisBuild(),
        new CommandCall(["--urls", "http://127.0.0.1:0", $"--Authority={service.GetLeftPart(UriPartial.Authority)}"]));

    static string OfThisBuild()
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(build.Parent!.Parent!.FullName, "Api", build.Name, "Api");
    }
}
