namespace Handstamp.Client;

/// <summary>
/// A visit to another service that has begun. Keep it where only this program finds it until the person is back: an answer that
/// somebody else has begun is of no use with it. A class and not a record: its text must not show the ceremony.
/// </summary>
public sealed class ExternalVisit
{
    /// <summary>What the service needs to accept the answer.</summary>
    public required string Ceremony { get; init; }

    /// <summary>Where to send the browser. Null for a visit with the provider's own library.</summary>
    public Uri? Url { get; init; }

    /// <summary>What the provider's own library needs. Null for a visit with the browser.</summary>
    public string? Nonce { get; init; }

    /// <summary>How many seconds the person has.</summary>
    public required int ExpiresIn { get; init; }
}
