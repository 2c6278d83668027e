using System.CommandLine;
using Handstamp.Host.Settings;

namespace Handstamp.Host.Commands;

/// <summary>How <c>serve</c> and <c>check-config</c> take settings: options, and <c>--Section:Key=value</c>.</summary>
sealed class ServerSettingsOptions
{
    readonly Option<string> _urls = new("--urls")
    {
        Description = "The addresses to listen on, separated by semicolons (default: http://127.0.0.1:5110).",
        HelpName = "URLS",
    };

    readonly Option<string> _environment = new("--environment")
    {
        Description = "Production (the default), or Development for your own machine.",
        HelpName = "MODE",
    };

    public ServerSettingsOptions(Command command)
    {
        command.Add(_urls);
        command.Add(_environment);
        // Unknown options are settings: --Sessions:RetryWindow=30s.
        command.TreatUnmatchedTokensAsErrors = false;
    }

    public EffectiveSettings Read(ParseResult parsed)
    {
        var options = GlobalOptions.OptionsOf(parsed).ToList();
        if (parsed.GetValue(_urls) is { } urls) options.Add(new(KnownSettings.Urls, urls, "--urls"));
        return EffectiveSettings.Read(new SettingsInput(
            parsed.GetValue(GlobalOptions.Config), options, parsed.UnmatchedTokens,
            parsed.GetValue(_environment) ?? HostMode.Default));
    }
}
