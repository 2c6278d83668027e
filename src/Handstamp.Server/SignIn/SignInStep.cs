using Handstamp.Server.Sessions;

namespace Handstamp.Server.SignIn;

/// <summary>
/// An answer in a sign-in that has begun, and who gives it. A class and not a record: its text must not show the
/// ticket.
/// </summary>
sealed class SignInStep
{
    /// <summary>The ticket from the previous step.</summary>
    public required string Ticket { get; init; }

    /// <summary>The answer to one of the required factors.</summary>
    public required FactorAnswer Answer { get; init; }

    /// <summary>
    /// The client of the route: a sign-in continues only where it has begun. Null for the first party.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>The transport that the request names, if it names one: it has to be that of the first step.</summary>
    public SessionTransport? Transport { get; init; }

    /// <summary>Whether it is one of the service's own pages.</summary>
    public bool OnPages { get; init; }

    /// <summary>The thumbprint of the key that the request has proved to hold, if any.</summary>
    public string? KeyThumbprint { get; init; }
}
