namespace Handstamp.Host.Commands;

/// <summary>Development relaxes rules for a service on one's own machine; everything else is production.</summary>
static class HostMode
{
    /// <summary>As .NET's variables say, by which developers' tools set it.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environments.Production;
}
