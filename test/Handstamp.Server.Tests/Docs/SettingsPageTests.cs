using System.Reflection;
using System.Text.RegularExpressions;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>
/// docs/guide/settings.md names every setting of the service with its default, and no other. The last part of the page is
/// about the executable.
/// </summary>
public sealed partial class SettingsPageTests
{
    // The machine decides, or the place: the page says so in words.
    static readonly string[] Described = ["Issuer", "Accounts:Hashing:Concurrency"];

    static readonly (string Prefix, object Options)[] Sections =
    [
        ("", new HandstampOptions()),
        ("Sessions:", new SessionOptions()),
        ("Accounts:", new AccountOptions()),
        ("Cookie:", new RefreshCookieOptions()),
        ("Cors:", new CorsSettings()),
        ("Keys:", new KeyOptions()),
        ("Storage:", new StorageOptions()),
    ];

    [Fact]
    public void The_page_has_every_setting_and_no_other()
    {
        Assert.Equal(Settings().Select(setting => setting.Key).Order(), Rows().Select(row => row.Key).Order());
    }

    [Fact]
    public void The_page_has_the_defaults()
    {
        var rows = Rows().ToDictionary(row => row.Key, row => row.Default);

        Assert.All(Settings().Where(setting => !Described.Contains(setting.Key)), setting =>
            Assert.Equal($"{setting.Key} = {setting.Default}", $"{setting.Key} = {rows[setting.Key]}"));
    }

    static IEnumerable<(string Key, string Default)> Settings() =>
        Sections.SelectMany(section => Settings(section.Prefix, section.Options));

    static IEnumerable<(string Key, string Default)> Settings(string prefix, object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .SelectMany(property => IsSection(property.PropertyType)
                ? Settings($"{prefix}{property.Name}:", property.GetValue(options)!)
                : [(prefix + property.Name, Shown(property.GetValue(options)))]);

    static bool IsSection(Type type) => type.Namespace?.StartsWith("Handstamp", StringComparison.Ordinal) == true && type.IsClass;

    static string Shown(object? value) => value switch
    {
        null or IReadOnlyList<string> { Count: 0 } => "none",
        bool flag => flag ? "`true`" : "`false`",
        RegistrationMode or LateRetry => $"`{value.ToString()!.ToLowerInvariant()}`",
        _ => $"`{value}`",
    };

    static IEnumerable<(string Key, string Default)> Rows() =>
        from row in Row().Matches(Repository.Read("docs/guide/settings.md").Split("## The executable")[0])
        select (row.Groups[1].Value, row.Groups[2].Value);

    // | `Key` | default | range | effect |
    [GeneratedRegex(@"^\| `([A-Za-z:]+)` \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
