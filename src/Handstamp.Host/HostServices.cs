using Handstamp.Host.Settings;

namespace Handstamp.Host;

/// <summary>The services of the executable.</summary>
static class HostServices
{
    const string DatabaseFile = "handstamp.db";

    public static void AddAll(this IServiceCollection services, EffectiveSettings settings)
    {
        var configuration = settings.ToConfiguration();
        services.AddHandstamp(configuration).AddPages().AddMail();
        services.AddHostOptions(configuration);
        services.AddStorage(settings, configuration[KnownSettings.ConnectionString]);
    }

    static void AddHostOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<ListenOptions, ListenOptionsValidator>()
            .Configure(options => options.Urls = configuration[KnownSettings.Urls] ?? options.Urls);
        services.AddOptions<LogOptions>().Bind(configuration.GetSection("Logging"));
        services.AddOptionsWithValidateOnStart<TelemetryOptions, TelemetryOptionsValidator>()
            .Bind(configuration.GetSection("Telemetry"));
        services.AddOptionsWithValidateOnStart<ProxyOptions, ProxyOptionsValidator>()
            .Bind(configuration.GetSection("Proxy"));
        services.AddOptionsWithValidateOnStart<ConnectionOptions, ConnectionOptionsValidator>()
            .Bind(configuration.GetSection("Connections"));
        services.AddOptionsWithValidateOnStart<ShutdownOptions, ShutdownOptionsValidator>()
            .Bind(configuration.GetSection("Shutdown"));
    }

    static void AddStorage(this IServiceCollection services, EffectiveSettings settings, string? connectionString)
    {
        try
        {
            if (settings.IsOnPostgres) services.AddHandstampPostgres(connectionString ?? "");
            else services.AddHandstampSqlite(connectionString ?? Path.Combine(settings.DataDirectory, DatabaseFile));
        }
        catch (ArgumentException fault)
        {
            throw CommandFailedException.At(KnownSettings.ConnectionString, fault);
        }
    }
}
