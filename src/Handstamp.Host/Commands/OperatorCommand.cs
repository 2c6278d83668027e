using System.CommandLine;

namespace Handstamp.Host.Commands;

/// <summary>Commands that work on the database.</summary>
static class OperatorCommand
{
    /// <summary>On the database that is there.</summary>
    public static Command OnDatabase(this Command command, Func<ParseResult, OpenService, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            await using var service = await OpenService.OpenAsync(GlobalOptions.ReadSettings(parsed), cancel);
            await run(parsed, service, cancel);
        });
        return command;
    }

    /// <summary>Also before the service has ever been started.</summary>
    public static Command OnNewDatabase(this Command command, Func<ParseResult, OpenService, CancellationToken, Task> run)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            await using var service = await OpenService.OpenOrCreateAsync(GlobalOptions.ReadSettings(parsed), cancel);
            await run(parsed, service, cancel);
        });
        return command;
    }

    public static string Show(this DateTimeOffset time) => time.ToString("u", System.Globalization.CultureInfo.InvariantCulture);

    public static string Show(this DateTimeOffset? time) => time?.Show() ?? "";
}
