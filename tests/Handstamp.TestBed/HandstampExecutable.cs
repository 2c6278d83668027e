namespace Handstamp.TestBed;

/// <summary>The path of the executable under test, and how to call it.</summary>
public static class HandstampExecutable
{
    /// <summary>
    /// The native executable that <c>./test</c> has built (HANDSTAMP_EXE), or else the executable of this build.
    /// </summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("HANDSTAMP_EXE") ?? OfThisBuild();

    /// <summary>Runs a command until it ends.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new CommandCall(arguments));

    public static Task<CommandResult> RunAsync(CommandCall call) => CommandResult.OfAsync(Path, call);

    static string OfThisBuild()
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        return System.IO.Path.Combine(build.Parent!.Parent!.FullName, "Handstamp.Host", build.Name, "handstamp");
    }
}
