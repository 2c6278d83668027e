using Handstamp.Host.Settings;
using Handstamp.Server.Audit;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Handstamp.Host.Serve;

/// <summary>Metrics and traces, if the settings ask for them.</summary>
static class TelemetryServices
{
    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        if (options is { OtlpEndpoint: null, Prometheus: false }) return;

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("handstamp"))
            .WithMetrics(metrics => AddMetrics(metrics, options));
        if (options.OtlpEndpoint is { } endpoint)
            telemetry.WithTracing(traces => AddTraces(traces, endpoint));
    }

    static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options)
    {
        metrics.AddMeter(Telemetry.Name).AddAspNetCoreInstrumentation();
        if (options.Prometheus) metrics.AddPrometheusExporter();
        if (options.OtlpEndpoint is { } endpoint) metrics.AddOtlpExporter(exporter => Send(exporter, endpoint));
    }

    static void AddTraces(TracerProviderBuilder traces, string endpoint) => traces
        .AddSource(Telemetry.Name)
        // Otherwise a refresh token in the query would be in the span.
        .AddAspNetCoreInstrumentation(spans =>
            spans.EnrichWithHttpRequest = (span, _) => span.SetTag("url.query", null))
        .AddOtlpExporter(exporter => Send(exporter, endpoint));

    static void Send(OtlpExporterOptions exporter, string endpoint) => exporter.Endpoint = new Uri(endpoint);
}
