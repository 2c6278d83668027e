using Handstamp.Tokens.Jose;

namespace Handstamp.Tokens;

/// <summary>A Security Event Token (RFC 8417): the issuer's signed statement that something has ended.</summary>
public sealed record SecurityEvent
{
    internal const string Type = "secevent+jwt";

    /// <summary><c>iss</c>: the issuer of the event.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>aud</c>: the receivers of the event; at least one.</summary>
    public required IReadOnlyList<string> Audience { get; init; }

    /// <summary><c>jti</c>: the event's own id.</summary>
    public required string TokenId { get; init; }

    /// <summary><c>iat</c>, and the event's <c>event_timestamp</c>: when it happened, in whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The subject that has ended.</summary>
    public required SecurityEventSubject Subject { get; init; }

    /// <summary>Signs the event.</summary>
    /// <exception cref="InvalidOperationException">
    /// The event would be longer than verifiers accept (8192 characters).
    /// </exception>
    public string ToJwt(SigningKey key) => Jws.Sign(key, Type, this, SecurityEventWriter.Write);
}
