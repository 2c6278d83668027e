namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>
/// A provider could not be used, or has refused. The message is for the operator's log: it contains no token, no code, and nothing
/// that the provider can choose but the name of an error.
/// </summary>
#pragma warning disable CA1032, CA1064 // Internal, and always with a reason: the operations catch it.
sealed class ProviderException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the provider works, and has refused this code or said something about this person that is not valid.</summary>
    public bool IsRefusal { get; init; }

    public static ProviderException Refused(string reason) => new(reason) { IsRefusal = true };
}
#pragma warning restore CA1032, CA1064
