using System.Reflection;
using Handstamp.Host.Settings;
using Xunit;

namespace Handstamp.Host.Tests.Settings;

public sealed class KnownSettingsTests
{
    // By name: the options are internal to their libraries.
    static readonly IReadOnlyList<Type> Types =
    [
        .. new[] { "handstamp", "Handstamp.Mail", "Handstamp.Pages", "Handstamp.Server" }.SelectMany(name => Assembly.Load(name).GetTypes()),
    ];

    static readonly (string Section, Type Options)[] Sections =
    [
        ("", Named("HandstampOptions")), ("", Named("ListenOptions")), ("Sessions", Named("SessionOptions")),
        ("Accounts", Named("AccountOptions")), ("Challenge", Named("ChallengeOptions")), ("FormerSystem", Named("FormerSystemOptions")), ("GeoIp", Named("GeoIpOptions")), ("Passkeys", Named("PasskeyOptions")), ("ExternalLogins:NAME", Named("ExternalProviderOptions")),
        ("Cookie", Named("RefreshCookieOptions")), ("Cors", Named("CorsSettings")),
        ("Pages", Named("PagesOptions")), ("Mail", Named("MailOptions")), ("Audit", Named("AuditOptions")),
        ("Storage", Named("StorageOptions")), ("Keys", Named("KeyOptions")), ("Telemetry", Named("TelemetryOptions")),
        ("Logging", Named("LogOptions")), ("Proxy", Named("ProxyOptions")),
        ("Connections", Named("ConnectionOptions")), ("Shutdown", Named("ShutdownOptions")),
    ];

    [Fact]
    public void The_known_settings_are_the_properties_of_the_options()
    {
        var properties = Sections.SelectMany(section => KeysOf(section.Options, section.Section));

        Assert.Equal(properties.Order(), KnownSettings.All.Select(setting => setting.Key).Order());
    }

    [Fact]
    public void Every_section_of_the_options_is_in_the_test()
    {
        var options = Types
            .Where(type => IsOptions(type) && type is { IsClass: true, IsAbstract: false })
            .Where(type => type.GetProperties().Any(property => property.CanWrite))
            .Where(type => !IsPartOfAnother(type));

        Assert.Equal(
            options.Select(type => type.Name).Append("CorsSettings").Order(),
            Sections.Select(section => section.Options.Name).Order());
    }

    static Type Named(string name) => Types.Single(type => type.Name == name);

    static bool IsPartOfAnother(Type type) =>
        Sections.Any(section => section.Options.GetProperties().Any(property => property.PropertyType == type));

    static IEnumerable<string> KeysOf(Type options, string section) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .SelectMany(property => KeysOf(property, section.Length == 0 ? property.Name : $"{section}:{property.Name}"));

    static IEnumerable<string> KeysOf(PropertyInfo property, string key) =>
        IsOptions(property.PropertyType) ? KeysOf(property.PropertyType, key) : [key];

    static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);
}
