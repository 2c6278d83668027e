using System.Reflection;
using Handstamp.Host.Settings;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Pages;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Xunit;

namespace Handstamp.Host.Tests.Settings;

public sealed class KnownSettingsTests
{
    static readonly (string Section, Type Options)[] s_sections =
    [
        ("", typeof(HandstampOptions)), ("", typeof(ListenOptions)), ("Sessions", typeof(SessionOptions)),
        ("Accounts", typeof(AccountOptions)), ("Cookie", typeof(RefreshCookieOptions)), ("Cors", typeof(CorsSettings)),
        ("Pages", typeof(PagesOptions)), ("Audit", typeof(AuditOptions)),
        ("Storage", typeof(StorageOptions)), ("Keys", typeof(KeyOptions)), ("Telemetry", typeof(TelemetryOptions)),
        ("Logging", typeof(LogOptions)), ("Proxy", typeof(ProxyOptions)),
        ("Connections", typeof(ConnectionOptions)), ("Shutdown", typeof(ShutdownOptions)),
    ];

    [Fact]
    public void The_known_settings_are_the_properties_of_the_options()
    {
        var properties = s_sections.SelectMany(section => KeysOf(section.Options, section.Section));

        Assert.Equal(properties.Order(), KnownSettings.All.Select(setting => setting.Key).Order());
    }

    [Fact]
    public void Every_section_of_the_options_is_in_the_test()
    {
        var options = new[] { typeof(HandstampOptions).Assembly, typeof(LogOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => IsOptions(type) && type is { IsClass: true, IsAbstract: false })
            .Where(type => type.GetProperties().Any(property => property.CanWrite))
            .Where(type => !IsPartOfAnother(type));

        Assert.Equal(
            options.Select(type => type.Name).Append(nameof(CorsSettings)).Order(),
            s_sections.Select(section => section.Options.Name).Order());
    }

    static bool IsPartOfAnother(Type type) =>
        s_sections.Any(section => section.Options.GetProperties().Any(property => property.PropertyType == type));

    static IEnumerable<string> KeysOf(Type options, string section) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .SelectMany(property => KeysOf(property, section.Length == 0 ? property.Name : $"{section}:{property.Name}"));

    static IEnumerable<string> KeysOf(PropertyInfo property, string key) =>
        IsOptions(property.PropertyType) ? KeysOf(property.PropertyType, key) : [key];

    static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);
}
