namespace Handstamp.Tokens.Jose;

/// <summary>The result of opening a JWS.</summary>
abstract record JwsOutcome
{
    JwsOutcome() { }

    public sealed record Opened(byte[] Payload, JsonWebKey Key) : JwsOutcome;

    public sealed record Malformed(string Reason) : JwsOutcome;

    public sealed record WrongType : JwsOutcome;

    public sealed record UnknownKey(string KeyId) : JwsOutcome;

    public sealed record BadSignature : JwsOutcome;
}
