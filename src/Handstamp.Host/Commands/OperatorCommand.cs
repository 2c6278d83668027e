using System.CommandLine;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>What a command does, the database being open.</summary>
delegate Task Run(ParseResult parsed, OpenService service, CancellationToken cancel);

/// <summary>Commands that work on the database.</summary>
static class OperatorCommand
{
    /// <summary>On the database that is there.</summary>
    public static Command OnDatabase(this Command command, Run run) => command.On(OpenService.OpenAsync, run);

    /// <summary>Also before the service has ever been started.</summary>
    public static Command OnNewDatabase(this Command command, Run run) => command.On(OpenOrCreateAsync, run);

    static async Task<OpenService> OpenOrCreateAsync(EffectiveSettings settings, CancellationToken cancel)
    {
        var isNew = !settings.IsOnPostgres && !Directory.Exists(settings.DataDirectory);
        var service = await OpenService.OpenOrCreateAsync(settings, cancel);
        // The directory may be mistyped. Not on standard output, which a program may read as JSON.
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
