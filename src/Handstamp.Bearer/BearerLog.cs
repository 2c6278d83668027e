using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer;

/// <summary>Every line that this library logs. None contains a token or a credential.</summary>
static partial class BearerLog
{
    [LoggerMessage(6000, LogLevel.Information, "{Count} keys of {Issuer} are loaded.")]
    public static partial void KeysLoaded(ILogger log, int count, string issuer);

    [LoggerMessage(6001, LogLevel.Warning, "The keys of {Issuer} could not be fetched. The loaded keys stay in use.")]
    public static partial void KeysNotLoaded(ILogger log, string issuer, Exception fault);

    [LoggerMessage(6002, LogLevel.Warning,
        "The issuer has revoked its key {KeyId}. Tokens of this key are refused.")]
    public static partial void KeyRevoked(ILogger log, string keyId);

    [LoggerMessage(6100, LogLevel.Information, "Following the revocation feed of {Issuer}.")]
    public static partial void FeedFollowed(ILogger log, string issuer);

    [LoggerMessage(6101, LogLevel.Warning, "The connection to the revocation feed of {Issuer} broke. The library tries again.")]
    public static partial void FeedBroken(ILogger log, string issuer, Exception? fault);

    [LoggerMessage(6102, LogLevel.Warning,
        "{Issuer} does not let this API follow its revocation feed ({Status}). Create a credential with `handstamp api add NAME` "
        + "and set HandstampBearerOptions.Credential. Until then, this API does not notice revocations.")]
    public static partial void FeedRefused(ILogger log, string issuer, int status);

    [LoggerMessage(6103, LogLevel.Warning, "{Issuer} offers no revocation feed, so this API does not notice revocations.")]
    public static partial void FeedNotOffered(ILogger log, string issuer);

    [LoggerMessage(6104, LogLevel.Error,
        "An event of the revocation feed could not be verified ({Outcome}). The feed is not trusted until an event can be verified.")]
    public static partial void EventRejected(ILogger log, string outcome);

    [LoggerMessage(6200, LogLevel.Warning,
        "A text that looks like a refresh token arrived in the {Place} of a request. It has not been verified yet.")]
    public static partial void TokenSeen(ILogger log, string place);

    [LoggerMessage(6201, LogLevel.Error,
        "A refresh token of session {SessionId} arrived in the {Place} of a request: it was exposed. The issuer has verified it "
        + "and ended the session. Find out which client sent it.")]
    public static partial void TokenExposed(ILogger log, Guid sessionId, string place);

    [LoggerMessage(6202, LogLevel.Warning, "A text that looks like an exposed refresh token could not be reported to the issuer.")]
    public static partial void ExposureNotReported(ILogger log, Exception fault);

    [LoggerMessage(6203, LogLevel.Error,
        "A token that is bound to a key was refused, because this API does not know its own address, which the proofs name. "
        + "Set HandstampBearerOptions.PublicOrigin to the scheme and host that callers see, as in https://api.example.com.")]
    public static partial void OriginUnknown(ILogger log);

    [LoggerMessage(6300, LogLevel.Warning, "The issuer could not be asked about a token.")]
    public static partial void NotIntrospected(ILogger log, Exception fault);
}
