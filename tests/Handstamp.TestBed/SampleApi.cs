namespace Handstamp.TestBed;

/// <summary>samples/Api as a separate process, on a free port.</summary>
public static class SampleApi
{
    public static Task<ListeningProcess> StartAsync(Uri service, params string[] settings) => ListeningProcess.StartAsync(
        OfThisBuild(),
        new CommandCall(["--urls", "http://127.0.0.1:0", $"--Authority={service.GetLeftPart(UriPartial.Authority)}", .. settings]));

    static string OfThisBuild()
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(build.Parent!.Parent!.FullName, "Api", build.Name, "Api");
    }
}
