using System.CommandLine;
using System.Globalization;
using Handstamp.Host.Settings;
using Handstamp.Server.Keys;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;

namespace Handstamp.Host.Commands;

/// <summary><c>handstamp check-config</c>: the settings that <c>serve</c> would use, and which of them are unsafe.</summary>
static class CheckConfigCommand
{
    const string Masked = "(secret)";

    static readonly Columns<ShownSetting> Columns = new()
    {
        { "Setting", setting => setting.Key },
        { "Value", setting => setting.Value ?? "" },
        { "From", setting => setting.Origin ?? "" },
    };

    public static Command Create()
    {
        var command = new Command("check-config", "Check the settings without starting the service, and show their effective values.")
        {
            GlobalOptions.Json,
        };
        var settings = new ServerSettingsOptions(command);
        command.SetAction(parsed => Run(parsed, settings));
        return command;
    }

    static int Run(ParseResult parsed, ServerSettingsOptions settings)
    {
        var report = Check(parsed, settings);
        Answer.Write(parsed, report, CommandJson.Readable.ConfigReport, Show);
        return report.Valid ? 0 : 1;
    }

    static ConfigReport Check(ParseResult parsed, ServerSettingsOptions options)
    {
        try
        {
            return Check(options.Read(parsed));
        }
        catch (CommandFailedException fault)
        {
            return Invalid(fault.Faults);
        }
        catch (StorageStartException fault)
        {
            return Invalid([fault.Message]);
        }
    }

    static ConfigReport Check(EffectiveSettings settings)
    {
        using var app = HandstampApp.Build(settings.WithIssuer());
        if (HandstampApp.FindFaults(app.Services) is { Count: > 0 } faults) return Invalid(faults);
        app.Services.GetRequiredService<MasterKeySource>().Check();
        app.Services.GetService<PostgresServer>()?.CheckFiles();

        var findings = UnsafeSettings.Find(app.Services, settings).Select(finding =>
            new ShownFinding(finding.IsNote ? "note" : "warning", finding.Key, finding.Text));
        var shown = KnownSettings.Of(app.Services).Select(setting =>
            new ShownSetting(setting.Key, ValueOf(setting, app.Services), settings.OriginOf(setting)));
        return new ConfigReport(true, settings.Environment, [], [.. findings], [.. shown]);
    }

    static ConfigReport Invalid(IReadOnlyList<string> faults) => new(false, null, faults, [], []);

    static string? ValueOf(Setting setting, IServiceProvider services) => setting.Read(services) switch
    {
        null => null,
        _ when setting.IsSecret => Masked,
        bool flag => flag ? "true" : "false",
        DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
        Enum choice => choice.ToString().ToLowerInvariant(),
        IReadOnlyList<string> list => string.Join(',', list),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    static void Show(ConfigReport report)
    {
        foreach (var error in report.Errors) Console.Error.WriteLine(Printable.OfLines(error));
        if (!report.Valid) return;
        Answer.Show(report.Settings, Columns);
        foreach (var finding in report.Findings)
            Answer.Line($"{finding.Level}: {finding.Key}: {finding.Text}");
        Answer.Line($"The settings are valid for {report.Environment}.");
    }
}
