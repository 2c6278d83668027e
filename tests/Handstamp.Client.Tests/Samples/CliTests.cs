using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Samples;

/// <summary>samples/Cli with the real service and samples/Api; each run is a separate process.</summary>
public sealed class CliTests(RunningService service) : IAsyncLifetime
{
    const string Password = "correct horse battery staple\n";

    readonly TempDirectory _home = new();
    ListeningProcess _api = null!;

    public async ValueTask InitializeAsync() => _api = await ListeningProcess.StartAsync(
        ProgramOf("Api"),
        new CommandCall(["--urls", "http://127.0.0.1:0", $"--Authority={service.Address.GetLeftPart(UriPartial.Authority)}"]));

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        _home.Dispose();
    }

    [Fact]
    public async Task The_sample_logs_in_stays_logged_in_calls_the_API_and_logs_out()
    {
        Assert.Equal((1, "Nobody is logged in.\n"), await RunAsync("", "whoami"));
        Assert.Equal((0, ""), await RunAsync(Password, "register", "cli@example.com"));
        Assert.Equal((0, "You are cli@example.com.\n"), await RunAsync(Password, "login", "cli@example.com"));
        Assert.Equal((0, "You are cli@example.com.\n"), await RunAsync("", "whoami"));
        Assert.StartsWith("(0, You are ", (await RunAsync("", "call", "/me")).ToString());
        Assert.Equal((0, ""), await RunAsync("", "logout"));
        Assert.Equal((1, "The API answered 401.\n"), await RunAsync("", "call", "/me"));
    }

    [Fact]
    public async Task The_sample_says_what_went_wrong()
    {
        Assert.Equal((1, "The e-mail address or the password is wrong.\n"), await RunAsync(Password, "login", "nobody@example.com"));
        Assert.Equal(2, (await RunAsync("", "nonsense")).ExitCode);
    }

    async Task<(int ExitCode, string Printed)> RunAsync(string input, params string[] arguments)
    {
        var environment = new Dictionary<string, string>
        {
            ["AUTH"] = service.Address.OriginalString,
            ["API"] = _api.Address.OriginalString,
            ["XDG_DATA_HOME"] = _home.Path,
        };
        var result = await CommandResult.OfAsync(ProgramOf("Cli"), new CommandCall(arguments, input, environment));
        return (result.ExitCode, result.Output + result.Error);
    }

    static string ProgramOf(string sample)
    {
        // artifacts/bin/PROJECT/CONFIGURATION
        var build = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(build.Parent!.Parent!.FullName, sample, build.Name, sample);
    }
}
