using Handstamp.Host.Settings;
using Microsoft.Extensions.Options;

namespace Handstamp.Host;

/// <summary>The service, put together once for all commands. Only <c>serve</c> starts it.</summary>
static class HandstampApp
{
    const string Name = "handstamp";
    const string DatabaseFile = "handstamp.db";

    /// <summary>
    /// With its web side, for <c>serve</c>. An empty builder: variables such as ASPNETCORE_URLS and files such as
    /// appsettings.json would be further sources of settings, which nobody checks.
    /// </summary>
    public static WebApplicationBuilder CreateWebBuilder(EffectiveSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new()
        {
            ApplicationName = Name,
            EnvironmentName = settings.Environment,
        });
        builder.Services.AddAll(settings);
        return builder;
    }

    /// <summary>Without, for the other commands.</summary>
    public static IHost Build(EffectiveSettings settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            ApplicationName = Name,
            DisableDefaults = true,
            EnvironmentName = settings.Environment,
        });
        builder.Services.AddAll(settings);
        return builder.Build();
    }

    /// <summary>All that the validators have against the settings.</summary>
    public static IReadOnlyList<string> FindFaults(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
        catch (AggregateException several)
        {
            return [.. several.InnerExceptions.Cast<OptionsValidationException>().SelectMany(fault => fault.Failures)];
        }
    }

    /// <summary>Throws when the validators have anything against the settings.</summary>
    public static void Validate(IServiceProvider services)
    {
        if (FindFaults(services) is { Count: > 0 } faults) throw new CommandFailedException(faults);
    }

    static void AddAll(this IServiceCollection services, EffectiveSettings settings)
    {
        var configuration = settings.ToConfiguration();
        services.AddHandstamp(configuration).AddPages();
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
