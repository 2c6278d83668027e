namespace Handstamp.Bearer;

/// <summary>The names that this library registers under.</summary>
public static class HandstampBearerDefaults
{
    /// <summary>The authentication scheme: <c>Handstamp</c>.</summary>
    public const string AuthenticationScheme = "Handstamp";

    /// <summary>The health check: <c>handstamp</c>.</summary>
    public const string HealthCheck = "handstamp";

    /// <summary>The meter: <c>Handstamp.Bearer</c>.</summary>
    public const string Meter = "Handstamp.Bearer";
}
