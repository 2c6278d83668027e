using Microsoft.Extensions.Options;

namespace Handstamp.Server.GeoIp;

/// <summary>The section <c>GeoIp</c>.</summary>
sealed class GeoIpOptions
{
    /// <summary>A file in the MaxMind format with the cities or countries of IP addresses. None by default.</summary>
    public string? Database { get; set; }
}

sealed class GeoIpOptionsValidator : IValidateOptions<GeoIpOptions>
{
    public ValidateOptionsResult Validate(string? name, GeoIpOptions options) =>
        options.Database is { } file && Places.Fault(file) is { } fault
            ? ValidateOptionsResult.Fail(fault)
            : ValidateOptionsResult.Success;
}
