namespace Handstamp.Bearer;

/// <summary>What an API does while it does not receive revocations.</summary>
public enum FeedLossPolicy
{
    /// <summary>
    /// Continues. Tokens of ended sessions are accepted until they expire, a matter of minutes. The health check is
    /// degraded.
    /// </summary>
    Continue,

    /// <summary>
    /// Asks the issuer about each token (RFC 7662), and answers with 503 if the issuer can't be reached. The health
    /// check is degraded.
    /// </summary>
    Introspect,

    /// <summary>Answers every token with 503. The health check is unhealthy.</summary>
    Refuse,
}
