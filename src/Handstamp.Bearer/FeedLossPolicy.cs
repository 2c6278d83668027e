namespace Handstamp.Bearer;

/// <summary>What an API does while it does not know what has been revoked.</summary>
public enum FeedLossPolicy
{
    /// <summary>
    /// Goes on: tokens of ended sessions are accepted until they expire, which is minutes. The health check is
    /// degraded.
    /// </summary>
    Continue,

    /// <summary>
    /// Asks the issuer about each token (RFC 7662), and answers 503 when it can't be asked. The health check is
    /// degraded.
    /// </summary>
    Introspect,

    /// <summary>Answers every token with 503. The health check is unhealthy.</summary>
    Refuse,
}
