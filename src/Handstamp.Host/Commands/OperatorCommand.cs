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
    public static Command OnNewDatabase(this Command command, Run run) =>
        command.On(OpenService.OpenOrCreateAsync, run);

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
