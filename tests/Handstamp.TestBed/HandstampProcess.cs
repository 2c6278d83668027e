namespace Handstamp.TestBed;

/// <summary>Starts the service itself, on its own port.</summary>
public static class HandstampProcess
{
    /// <summary>
    /// <c>handstamp serve</c> in development mode, with its data in this directory; the arguments come last. Without
    /// <c>--urls</c> among them, the service uses a free port.
    /// </summary>
    public static Task<ListeningProcess> StartAsync(string data, params string[] arguments) =>
        StartAsync(data, new CommandCall(arguments));

    public static Task<ListeningProcess> StartAsync(string data, CommandCall call)
    {
        string[] place = call.Arguments.Contains("--urls") ? [] : ["--urls", $"http://127.0.0.1:{ServerPort.Find()}"];
        string[] mode = call.Arguments.Contains("--environment") ? [] : ["--environment", "Development"];
        string[] arguments = ["serve", "--data", data, .. place, .. mode, .. call.Arguments];
        return ListeningProcess.StartAsync(HandstampExecutable.Path, call with { Arguments = arguments });
    }
}
