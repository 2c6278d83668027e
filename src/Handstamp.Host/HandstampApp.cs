using Handstamp.Host.Settings;
using Microsoft.Extensions.Options;

namespace Handstamp.Host;

/// <summary>Builds the service for all commands. Only <c>serve</c> starts it.</summary>
static class HandstampApp
{
    const string Name = "handstamp";

    /// <summary>
    /// The service with its web side, for <c>serve</c>. The builder is empty, because variables such as ASPNETCORE_URLS and
    /// files such as appsettings.json would be further sources of settings that nothing checks.
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

    /// <summary>The service without its web side, for the other commands.</summary>
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

    /// <summary>Every fault that the validators find in the settings.</summary>
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

    /// <summary>Throws if the validators find a fault in the settings.</summary>
    public static void Validate(IServiceProvider services)
    {
        if (FindFaults(services) is { Count: > 0 } faults) throw CommandFailedException.InvalidSettings(faults);
    }
}
