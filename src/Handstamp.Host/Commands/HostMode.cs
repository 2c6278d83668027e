namespace Handstamp.Host.Commands;

/// <summary>Development relaxes security rules for a service on your own machine. Every other mode is production.</summary>
static class HostMode
{
    /// <summary>The mode in .NET's variables, which development tools set.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
        ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
        ?? Environments.Production;
}
