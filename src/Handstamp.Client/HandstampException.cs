using System.Net;
using Handstamp.Client.Service;

namespace Handstamp.Client;

/// <summary>
/// Every failure of the client. <see cref="Code"/> says what went wrong. <see cref="Definitive"/> says whether the
/// session is over.
/// </summary>
#pragma warning disable CA1032 // Made here alone, and always with a code.
public sealed class HandstampException : Exception
{
    internal HandstampException(string code, string message, bool definitive = false, Exception? inner = null)
        : base(message, inner) => (Code, Definitive) = (code, definitive);

    /// <summary>
    /// The service's code, which its error pages explain, or a code of the client's own:
    /// <see cref="HandstampErrorCodes"/>.
    /// </summary>
    public string Code { get; }

    /// <summary>
    /// True: the session has ended, and trying again does not help. False: the session is still alive.
    /// </summary>
    public bool Definitive { get; }

    /// <summary>The answer's status, if there was an answer.</summary>
    public HttpStatusCode? StatusCode { get; internal init; }

    /// <summary>How long to wait before trying again, if the service said so.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>
    /// What a login still needs. With <see cref="HandstampErrorCodes.MfaRequired"/>,
    /// <see cref="HandstampErrorCodes.SecondFactorRequired"/> and <see cref="HandstampErrorCodes.AccountDeletionPending"/>;
    /// otherwise null.
    /// </summary>
    public SecondFactorDue? SecondFactor { get; internal init; }

    /// <summary>What has to be solved before the request is sent again.</summary>
    internal Challenge? Challenge { get; init; }

    internal static HandstampException SignedOut() =>
        new(HandstampErrorCodes.SignedOut, "Nobody is logged in.", definitive: true);

    internal static HandstampException TimedOut(Exception? inner = null) =>
        new(HandstampErrorCodes.Timeout, "The service did not answer in time.", inner: inner);

    internal static HandstampException Overtaken() =>
        new(HandstampErrorCodes.RefreshTokenSuperseded, "Another process has refreshed the session first.");

    /// <summary>
    /// The same failure for another caller: an exception that is thrown twice loses its first stack trace.
    /// </summary>
    internal HandstampException Again() =>
        new(Code, Message, Definitive, this) { StatusCode = StatusCode, RetryAfter = RetryAfter, SecondFactor = SecondFactor };
}
#pragma warning restore CA1032
