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
        var command = new Command("serve", "Run the service. Pass any setting as an option: --Sessions:RetryWindow=30s");
        var settings = new ServerSettingsOptions(command);
        command.SetAction((parsed, cancel) => RunAsync(settings.Read(parsed), cancel));
        return command;
    }

    static async Task<int> RunAsync(EffectiveSettings given, CancellationToken cancel)
    {
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

    /// <summary>False: a signal came before it served. It waits where the database does not let it in yet.</summary>
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

    // What reading settings and building services leaves is most of the heap. A service with little to do would keep it
    // for hours, because what it allocates then gives the collector no reason to look.
    static void LetGoOfTheStart() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    static string BaseOf(WebApplication app, ListenAddresses addresses) =>
        addresses.Urls[0] + app.Services.GetRequiredService<IOptions<HandstampOptions>>().Value.PathOf("");

    static WebApplication Build(EffectiveSettings settings, ListenAddresses addresses)
    {
        var builder = HandstampApp.CreateWebBuilder(settings);
        var configuration = settings.ToConfiguration();
        var telemetry = configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new();
        // Before it is used: the exporter would throw at an address that is none.
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
        app.UseStatusCodePages(Fallback.ExplainAsync);
        app.MapHandstamp();
        app.MapPlayground();
        if (telemetry.Prometheus) app.MapPrometheusScrapingEndpoint();
        return app;
    }
}
