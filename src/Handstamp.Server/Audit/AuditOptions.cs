using Microsoft.Extensions.Options;

namespace Handstamp.Server.Audit;

/// <summary>The section <c>Audit</c>.</summary>
sealed class AuditOptions
{
    /// <summary>The settings that are times.</summary>
    public static readonly IReadOnlyList<string> Times = [nameof(Retention)];

    /// <summary>How long events are kept. 1 to 3660 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);
}

sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    static readonly TimeSpan Least = TimeSpan.FromDays(1);
    static readonly TimeSpan Most = TimeSpan.FromDays(3660);

    public ValidateOptionsResult Validate(string? name, AuditOptions options) =>
        options.Retention < Least || options.Retention > Most
            ? ValidateOptionsResult.Fail($"Audit:Retention is {options.Retention}; it has to be between {Least} and {Most}.")
            : ValidateOptionsResult.Success;
}
