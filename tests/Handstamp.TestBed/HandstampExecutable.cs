namespace Handstamp.TestBed;

/// <summary>Where the executable under test is, and how it is called.</summary>
public static class HandstampExecutable
{
    /// <summary>The native one that <c>./test</c> has built (HANDSTAMP_EXE), or else this build's own.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("HANDSTAMP_EXE") ?? OfThisBuild();

    /// <summary>Runs a command to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new CommandCall(arguments));

    public static Task<CommandResult> RunAsync(CommandCall call) => CommandResult.OfAsync(Path, call);

    static string OfThisBuild()
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        return System.IO.Path.Combine(build.Parent!.Parent!.FullName, "Handstamp.Host", build.Name, "handstamp");
    }
}
