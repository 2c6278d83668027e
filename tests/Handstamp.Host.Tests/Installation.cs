using System.Globalization;
using System.Text.Json;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Host.Tests;

/// <summary>A data directory, on which the executable's commands run, and the service when a test starts it.</summary>
sealed class Installation : IDisposable
{
    readonly TempDirectory _directory = new();

    public string Data => _directory.Path;

    public string File(string name) => _directory.File(name);

    public string Write(string name, string text) => _directory.Write(name, text);

    public Task<ListeningProcess> ServeAsync(params string[] arguments) => ServeAsync(new CommandCall(arguments));

    public Task<ListeningProcess> ServeAsync(CommandCall call) => HandstampProcess.StartAsync(Data, call);

    public Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(new CommandCall(arguments));

    public Task<CommandResult> RunAsync(CommandCall call) =>
        HandstampExecutable.RunAsync(call with { Arguments = [.. call.Arguments, "--data", Data] });

    /// <summary>Runs a command as a user for whom the modes of files count: for root they do not.</summary>
    public Task<CommandResult> RunUnprivilegedAsync(params string[] arguments)
    {
        string[] user = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : ["env"];
        return CommandResult.OfAsync(user[0], new CommandCall([.. user[1..], HandstampExecutable.Path, .. arguments, "--data", Data]));
    }

    public void SetMode(string name, int octal) => System.IO.File.SetUnixFileMode(File(name), (UnixFileMode)Convert.ToInt32($"{octal}", 8));

    public int ModeOf(string name) => int.Parse(Convert.ToString((int)System.IO.File.GetUnixFileMode(File(name)), 8), CultureInfo.InvariantCulture);

    /// <summary>Runs a command that must succeed, and reads its JSON.</summary>
    public Task<JsonElement> AskAsync(params string[] arguments) => AskAsync(new CommandCall(arguments));

    public async Task<JsonElement> AskAsync(CommandCall call)
    {
        var result = await RunAsync(call with { Arguments = [.. call.Arguments, "--json"] });
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonElement.Parse(result.Output);
    }

    /// <summary>Runs a command that must fail with one sentence and this exit code.</summary>
    public async Task<string> FailAsync(int exitCode, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.DoesNotContain("   at ", result.Error);
        return result.Error;
    }

    public Task<JsonElement> AddAccountAsync(string email = "ada@example.com") =>
        AskAsync(new CommandCall(["user", "add", email, "--password", "-"], Input: HandstampClient.Password + "\n"));

    public void Dispose() => _directory.Dispose();
}
