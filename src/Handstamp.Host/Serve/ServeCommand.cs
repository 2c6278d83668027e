using System.CommandLine;
using Handstamp.Host.Commands;
using Handstamp.Host.Playground;
using Handstamp.Host.Settings;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Serve;

/// <summary><c>handstamp serve</c>: the service, until a signal ends it.</summary>
sealed class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the service. Pass any setting as an option: --Sessions:RetryWindow=30s")
        {
            GlobalOptions.Json,
        };
        var settings = new ServerSettingsOptions(command);
        command.SetAction((parsed, cancel) => RunAsync(settings.Read(parsed), cancel));
        return command;
    }

    static async Task<int> RunAsync(EffectiveSettings given, CancellationToken cancel)
    {
        OpenService.DemandOwner(given);
        using var addresses = ListenAddresses.Bind(given.Urls);
        var settings = given.WithIssuer(addresses.Urls[0]);
        await using var app = Build(settings, addresses);

        var log = app.Services.GetRequiredService<ILogger<ServeCommand>>();
        foreach (var finding in UnsafeSettings.Find(app.Services, settings).Where(finding => !finding.IsNote))
            ServeLog.Unsafe(log, finding.Key, finding.Text);
        if (!await TryStartAsync(app, cancel))
        {
            ServeLog.Stopped(log);
            return 0;
        }
        LetGoOfTheStart();
        foreach (var url in addresses.Urls) ServeLog.Listening(log, url);
        if (app.Environment.IsDevelopment()) Welcome.Print(app.Services, BaseOf(app, addresses));

        await app.WaitForShutdownAsync(cancel);
        ServeLog.Stopped(log);
        return 0;
    }

    /// <summary>False if a signal came before the service was ready: the start waits for the database.</summary>
    static async Task<bool> TryStartAsync(WebApplication app, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return false;
        }
    }

    // After the start, most of the heap is garbage from reading settings and building services. An idle service would keep
    // it for hours, because it allocates too little to start a collection.
    static void LetGoOfTheStart() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    static string BaseOf(WebApplication app, ListenAddresses addresses) =>
        addresses.Urls[0] + app.Services.GetRequiredService<IOptions<HandstampOptions>>().Value.PathOf("");

    static WebApplication Build(EffectiveSettings settings, ListenAddresses addresses)
    {
        var builder = HandstampApp.CreateWebBuilder(settings);
        var configuration = settings.ToConfiguration();
        var telemetry = configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new();
        // Before the exporter uses it, which would throw on an invalid address.
        if (new TelemetryOptionsValidator().Validate(name: null, telemetry) is { Failed: true } refused)
            throw new CommandFailedException([.. refused.Failures]);
        builder.Logging.AddLogs(configuration.GetSection("Logging").Get<LogOptions>() ?? new(), builder.Environment);
        builder.Services.AddTelemetry(telemetry);
        builder.Services.AddRoutingCore();
        builder.Services.AddOrderlyStop();
        builder.Services.AddSingleton<ConnectionGate>();
        builder.Services.Configure<SocketTransportOptions>(addresses.Configure);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Limits.Configure(kestrel);
            addresses.Configure(kestrel);
        });

        var app = builder.Build();
        HandstampApp.Validate(app.Services);
        app.UseTrustedProxies();
        app.UseRouting();
        app.UseWhen(Fallback.IsNeeded, unanswered => unanswered.UseStatusCodePages(Fallback.ExplainAsync));
        app.MapHandstamp();
        app.MapPlayground();
        if (telemetry.Prometheus) app.MapPrometheusScrapingEndpoint();
        return app;
    }
}
