using Handstamp.Host.Serve;
using Microsoft.Extensions.Options;

namespace Handstamp.Host.Settings;

sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
        options.OtlpEndpoint is null
        || (Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Telemetry:OtlpEndpoint is '{options.OtlpEndpoint}'; it has to be an http or https address, such as http://127.0.0.1:4317.");
}

sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var faults = options.Networks.SelectMany(FaultsOf).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOf(string network)
    {
        if (!NetworkText.TryParse(network, out _, out var fault)) yield return $"Proxy:Networks contains '{network}', which {fault}.";
    }
}

sealed class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>
{
    public ValidateOptionsResult Validate(string? name, ConnectionOptions options) =>
        options.PerNetwork is >= 1 and <= Limits.MaxConnections
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Connections:PerNetwork is {options.PerNetwork}; it has to be between 1 and {Limits.MaxConnections}.");
}

sealed class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>
{
    static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, ShutdownOptions options)
    {
        string[] faults =
            [.. Outside("DrainDelay", options.DrainDelay), .. Outside("Timeout", options.Timeout)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> Outside(string key, TimeSpan value)
    {
        if (value < TimeSpan.Zero || value > Most)
            yield return $"Shutdown:{key} is {value}; it has to be between {TimeSpan.Zero} and {Most}.";
    }
}
