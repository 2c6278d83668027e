namespace Handstamp.Bearer;

/// <summary>
/// How an API verifies Handstamp's access tokens. The options are checked at startup. An invalid value stops the
/// application.
/// </summary>
public sealed class HandstampBearerOptions
{
    /// <summary>
    /// The issuer's address, exactly as in its discovery document and in the <c>iss</c> of its tokens. https, or plain
    /// http on the loopback. A trailing slash is ignored.
    /// </summary>
    public string Authority
    {
        get;
        set => field = (value ?? "").TrimEnd('/');
    } = "";

    /// <summary>
    /// The names of this API. A token's <c>aud</c> must have one of them. If the list is empty, which is the default,
    /// the name is the authority's address. This is also the audience that the issuer uses by default.
    /// </summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>
    /// This API's credential at the issuer, <c>hsa_…</c>, for the revocation feed and for introspection. It is a
    /// secret. An issuer on this machine in development needs none. Everywhere else, an API without a credential
    /// doesn't learn of revocations.
    /// </summary>
    public string? Credential { get; set; }

    /// <summary>
    /// What to do while revocations don't reach this API: from startup until it has caught up, and from ten seconds
    /// after the feed's last message. The default is <see cref="FeedLossPolicy.Continue"/>.
    /// </summary>
    public FeedLossPolicy OnFeedLost { get; set; }

    /// <summary>
    /// How many verified tokens are remembered, at up to 2 kB each. A token is remembered when it has been seen twice.
    /// From the third time on it costs only a look-up. A larger token counts as several. 2 to 1,000,000, by default
    /// 10,000. The tokens that have not been seen for the longest time are forgotten first.
    /// </summary>
    public int MaxRememberedTokens { get; set; } = 10_000;

    /// <summary>
    /// How far the issuer's clock may run ahead of this one; 0 to 5 minutes, by default 10 seconds. Expiry is exact.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a refresh token that arrives here is reported to the issuer. Such a token has leaked, and the issuer
    /// ends its session. On by default. The token is refused and logged in any case.
    /// </summary>
    public bool ReportExposedTokens { get; set; } = true;

    /// <summary>
    /// The scheme and host that callers see, such as <c>https://api.example.com</c>. The proofs of bound tokens must
    /// name it. Without it bound tokens are refused. In development the default is the address that the server listens
    /// on. The value is never taken from a request. Otherwise a proof for another API, sent here with that API's host, would
    /// be valid. The path is the request's, including its base path.
    /// </summary>
    public string? PublicOrigin { get; set; }

    /// <summary>
    /// Whether each DPoP proof must have a nonce of this API (RFC 9449 §9), so that no proof can be made in advance.
    /// Off by default: a proof is then valid for a minute by its client's clock, and a client with a wrong clock is
    /// asked for a nonce.
    /// </summary>
    public bool RequireDpopNonce { get; set; }

    /// <summary>
    /// The 32 bytes that authenticate the nonces. It is a secret that all processes of an API share, so that each
    /// process accepts the nonces of all. By default each process creates its own.
    /// </summary>
    public byte[]? DpopNonceKey { get; set; }

    /// <summary>
    /// Sends the requests to the issuer, for example to trust a private certificate authority. By default a
    /// <see cref="SocketsHttpHandler"/> that follows no redirects. It is disposed of with the application.
    /// </summary>
    public HttpMessageHandler? BackchannelHttpHandler { get; set; }
}
