using System.CommandLine;
using Handstamp.Host.Settings;
using Handstamp.Server.Storage;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp upgrade check</c>: what the start of this version would change. It changes nothing itself.</summary>
static class UpgradeCommands
{
    public static Command Create() => new("upgrade", "See what a new version changes, before you start it.") { CreateCheck() };

    static Command CreateCheck()
    {
        var command = new Command("check", "Say what this version would change in the database, and which settings it replaces. Changes nothing.")
        {
            GlobalOptions.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var report = await CheckAsync(GlobalOptions.ReadSettings(parsed), cancel);
            Answer.Write(parsed, report, CommandJson.Readable.UpgradeReport, Show);
        });
        return command;
    }

    static async Task<UpgradeReport> CheckAsync(EffectiveSettings settings, CancellationToken cancel)
    {
        OpenService.DemandDirectory(settings);
        var app = HandstampApp.Build(settings.WithIssuer());
        await using var _ = (IAsyncDisposable)app;
        HandstampApp.Validate(app.Services);
        var schema = await app.Services.GetRequiredService<ISchema>().ReadSchemaAsync(cancel);
        return new UpgradeReport(
            schema.Present, schema.Due, schema.AdmitsOlder,
            [.. KnownSettings.Replaced(settings).Select(setting => new ReplacedSetting(setting.Key, setting.ReplacedBy!.Key, setting.ReplacedBy.GoneIn))]);
    }

    static void Show(UpgradeReport report)
    {
        foreach (var line in Lines(report)) Answer.Line(line);
    }

    static IEnumerable<string> Lines(UpgradeReport report)
    {
        if (report is { Due.Count: 0, Present: var present })
            yield return $"The schema stays as it is: {present} scripts have run.";
        else if (report.Present == 0)
            yield return "There is no schema yet. The start makes it.";
        else
        {
            yield return $"The start runs these scripts on the database, after the {report.Present} that have run:";
            foreach (var script in report.Due) yield return $"  {script}";
            yield return report.OlderNodesGoOn
                ? "Nodes of the version before go on meanwhile and after it, and can start again."
                : "Stop all nodes of older versions first: they cannot work on the new schema. Make a backup: it is the only way back.";
        }
        foreach (var setting in report.ReplacedSettings)
            yield return $"{setting.Key} was replaced by {setting.By}, and is gone in version {setting.GoneIn}.";
    }
}

/// <summary>What <c>upgrade check</c> has found.</summary>
sealed record UpgradeReport(int Present, IReadOnlyList<string> Due, bool OlderNodesGoOn, IReadOnlyList<ReplacedSetting> ReplacedSettings);

/// <summary>A setting in use that has a successor.</summary>
sealed record ReplacedSetting(string Key, string By, string GoneIn);
