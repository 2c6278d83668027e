namespace Handstamp.Bearer;

/// <summary>How an API verifies Handstamp's access tokens. Checked at start: a bad value stops it.</summary>
public sealed class HandstampBearerOptions
{
    /// <summary>
    /// The issuer's address, as its discovery document and the <c>iss</c> of its tokens have it. https, or plain http
    /// on the loopback. A slash at the end is left out.
    /// </summary>
    public string Authority
    {
        get;
        set => field = (value ?? "").TrimEnd('/');
    } = "";

    /// <summary>
    /// The names this API goes by: a token's <c>aud</c> must hold one of them. When empty, the default, it is the
    /// authority's address, which is the audience the issuer gives by default.
    /// </summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>
    /// This API's credential at the issuer, <c>hsa_…</c>, for the revocation feed and for introspection. It is a
    /// secret. None is needed for an issuer on this machine in development; elsewhere an API without one doesn't learn
    /// of revocations.
    /// </summary>
    public string? Credential { get; set; }

    /// <summary>
    /// What to do while revocations don't reach this API: from the start until it has caught up, and from ten seconds
    /// after the feed was last heard. The default is <see cref="FeedLossPolicy.Continue"/>.
    /// </summary>
    public FeedLossPolicy OnFeedLost { get; set; }

    /// <summary>
    /// How many verified tokens are remembered, at up to 2 kB each, so that a repeated one costs a look-up: from its
    /// third time, because a token is remembered when it was seen twice. A larger token counts as several. 2 to
    /// 1,000,000, by default 10,000. Those that were not seen for longest are forgotten first.
    /// </summary>
    public int MaxRememberedTokens { get; set; } = 10_000;

    /// <summary>
    /// How far the issuer's clock may run ahead of this one; 0 to 5 minutes, by default 10 seconds. Expiry is exact.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a refresh token that arrives here is reported to the issuer, which ends its session: it has leaked. On
    /// by default. It is refused and logged either way.
    /// </summary>
    public bool ReportExposedTokens { get; set; } = true;

    /// <summary>
    /// The scheme and host that callers see, such as <c>https://api.example.com</c>: the proofs of bound tokens have to
    /// name it. Without it bound tokens are refused; in development, it is where the server listens. It is never taken
    /// from a request: a proof for another API, sent here with that API's host, would be good. The path is the
    /// request's, with its base path.
    /// </summary>
    public string? PublicOrigin { get; set; }

    /// <summary>
    /// Whether each DPoP proof has to hold a nonce of this API (RFC 9449 §9), so that none can be made for later. Off
    /// by default: then a proof is good for a minute by the clock of its maker, and one whose clock is wrong is asked
    /// for a nonce.
    /// </summary>
    public bool RequireDpopNonce { get; set; }

    /// <summary>
    /// The 32 bytes that authenticate the nonces: a secret that all processes of an API share, so that each takes the
    /// nonces of all. By default each process makes its own.
    /// </summary>
    public byte[]? DpopNonceKey { get; set; }

    /// <summary>
    /// What carries the calls to the issuer, for example to trust a private certificate authority; by default a
    /// <see cref="SocketsHttpHandler"/> that follows no redirects. It is disposed of with the application.
    /// </summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }
}
