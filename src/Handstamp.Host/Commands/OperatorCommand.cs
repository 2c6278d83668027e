using System.CommandLine;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>What a command does on the open database.</summary>
delegate Task Run(ParseResult parsed, OpenService service, CancellationToken cancel);

/// <summary>Commands that work on the database.</summary>
static class OperatorCommand
{
    /// <summary>Runs on the existing database.</summary>
    public static Command OnDatabase(this Command command, Run run) => command.On(OpenService.OpenAsync, run);

    /// <summary>Runs also before the first start of the service, on a new database.</summary>
    public static Command OnNewDatabase(this Command command, Run run) => command.On(OpenOrCreateAsync, run);

    static async Task<OpenService> OpenOrCreateAsync(EffectiveSettings settings, CancellationToken cancel)
    {
        var isNew = !settings.IsOnPostgres && !Directory.Exists(settings.DataDirectory);
        var service = await OpenService.OpenOrCreateAsync(settings, cancel);
        // The directory may be mistyped. This goes to standard error, because a program may read standard output as JSON.
        if (isNew)
            await Console.Error.WriteLineAsync(Printable.Of($"Created a new database in {Path.GetFullPath(settings.DataDirectory)}."));
        return service;
    }

    static Command On(this Command command, Func<EffectiveSettings, CancellationToken, Task<OpenService>> open, Run run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            await using var service = await open(GlobalOptions.ReadSettings(parsed), cancel);
            await run(parsed, service, cancel);
        });
        return command;
    }
}
