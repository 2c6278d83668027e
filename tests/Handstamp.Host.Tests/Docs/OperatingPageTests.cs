using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>docs/guide/operating.md has every log event and every instrument.</summary>
public sealed partial class OperatingPageTests
{
    static readonly string Page = Repository.Read("docs/guide/operating.md");

    sealed record LogEvent(int Id, string Level, string Method);

    // In every library, so that a library that the tests do not know fails here.
    static readonly IReadOnlyList<LogEvent> Events =
    [
        .. from project in Directory.EnumerateDirectories(Repository.PathOf("src")).Select(Path.GetFileName)
           from type in Assembly.Load(project == "Handstamp.Host" ? "handstamp" : project!).GetTypes()
           from method in type.GetMethods(All)
           let line = method.GetCustomAttribute<LoggerMessageAttribute>()
           where line is not null
           select new LogEvent(line.EventId, line.Level.ToString().ToLowerInvariant(), $"{type.FullName}.{method.Name}"),
    ];

    const BindingFlags All =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_page_has_every_log_event_with_its_level() => Assert.Equal(
        Events.Select(line => (line.Id, line.Level)).Distinct().Order(),
        EventRow().Matches(Page)
            .Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value)).Order());

    [Fact]
    public void No_two_log_events_of_any_libraries_share_a_number()
    {
        Assert.Contains(Events, line => line.Method.StartsWith("Handstamp.Client.", StringComparison.Ordinal));

        Assert.All(Events.GroupBy(line => line.Id), alike => Assert.Single(alike));
    }

    [Fact]
    public void The_page_has_every_instrument()
    {
        var type = Assembly.Load("Handstamp.Server").GetType("Handstamp.Server.Audit.Telemetry", throwOnError: true)!;
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var telemetry = (IDisposable)ActivatorUtilities.CreateInstance(services, type);
        var instruments = type.GetProperties()
            .Select(property => property.GetValue(telemetry)).OfType<Instrument>().Select(instrument => instrument.Name);

        Assert.Equal(instruments.Order(), InstrumentRow().Matches(Page.Split("## Metrics")[1]).Select(row => row.Groups[1].Value).Order());
    }

    // | 4000 | error | … |
    [GeneratedRegex(@"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    // | `handstamp.logins` | … |
    [GeneratedRegex(@"^\| `(handstamp\.[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();
}
