using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.Server.Audit;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>docs/guide/operating.md has every log event and every instrument.</summary>
public sealed partial class OperatingPageTests
{
    static readonly string s_page = Repository.Read("docs/guide/operating.md");

    [Fact]
    public void The_page_has_every_log_event_with_its_level()
    {
        string[] parts = ["handstamp", "Handstamp.Server", "Handstamp.Storage.Postgres", "Handstamp.Storage.Sqlite"];
        var events = parts.SelectMany(part => Assembly.Load(part).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(line => (line.EventId, Level: line.Level.ToString().ToLowerInvariant()))
            .Distinct();

        Assert.Equal(events.Order(), EventRow().Matches(s_page)
            .Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value)).Order());
    }

    [Fact]
    public void The_page_has_every_instrument()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<Telemetry>().BuildServiceProvider();
        var telemetry = services.GetRequiredService<Telemetry>();
        var instruments = typeof(Telemetry).GetProperties()
            .Select(property => property.GetValue(telemetry)).OfType<Instrument>().Select(instrument => instrument.Name);

        Assert.Equal(instruments.Order(), InstrumentRow().Matches(s_page.Split("## Metrics")[1]).Select(row => row.Groups[1].Value).Order());
    }

    // | 4000 | error | … |
    [GeneratedRegex(@"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    // | `handstamp.logins` | … |
    [GeneratedRegex(@"^\| `(handstamp\.[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();
}
