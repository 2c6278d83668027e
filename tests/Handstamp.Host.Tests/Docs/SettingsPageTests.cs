using System.Text.RegularExpressions;
using Handstamp.Host.Settings;
using Handstamp.TestBed;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Host.Tests.Docs;

/// <summary>docs/guide/settings.md names every setting with its default, and no others.</summary>
public sealed partial class SettingsPageTests
{
    // Another setting or the machine decides these: the page explains them in words.
    static readonly string[] Described = ["Issuer", "Accounts:Hashing:Concurrency"];

    [Fact]
    public void The_page_has_every_setting_and_no_others()
    {
        Assert.Equal(KnownSettings.All.Select(setting => setting.Key).Order(), Rows().Select(row => row.Key).Order());
    }

    [Fact]
    public void The_page_has_the_defaults()
    {
        using var defaults = new ServiceCollection().AddOptions().BuildServiceProvider();
        var rows = Rows().ToDictionary(row => row.Key, row => row.Default);

        Assert.All(KnownSettings.All.Where(setting => !Described.Contains(setting.Key)), setting =>
            Assert.Equal((setting.Key, Shown(setting.Read(defaults))), (setting.Key, rows[setting.Key])));
    }

    static string Shown(object? value) => value switch
    {
        null or IReadOnlyList<string> { Count: 0 } => "none",
        bool flag => flag ? "`true`" : "`false`",
        Enum choice => $"`{choice.ToString().ToLowerInvariant()}`",
        _ => $"`{value}`",
    };

    static IEnumerable<(string Key, string Default)> Rows() =>
        Row().Matches(Repository.Read("docs/guide/settings.md")).Select(row => (row.Groups[1].Value, row.Groups[2].Value));

    // | `Key` | default | range | effect |
    [GeneratedRegex(@"^\| `([A-Za-z:]+)` \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
