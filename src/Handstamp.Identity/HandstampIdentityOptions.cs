namespace Handstamp.Identity;

/// <summary>What happens to a user's sessions when the user's security stamp changes: with the password, the address or a second factor.</summary>
public enum CredentialChange
{
    /// <summary>The session that has made the change goes on. All others end at once.</summary>
    EndOtherSessions,

    /// <summary>Every session of the user ends, as with <c>MapIdentityApi</c>: also the one that has made the change.</summary>
    EndAllSessions,

    /// <summary>All sessions go on.</summary>
    KeepSessions,
}

/// <summary>What happens when a refresh token is used again after its successor was used.</summary>
public enum UsedAgain
{
    /// <summary>The session ends: two parties hold its tokens.</summary>
    EndSession,

    /// <summary>
    /// The token goes on working until the session expires, as with <c>MapIdentityApi</c>. A stolen token is then NOT noticed.
    /// </summary>
    Allow,
}

/// <summary>
/// The settings of <c>AddHandstampIdentity</c>. They are read from the section <c>Handstamp</c> of the app's configuration first, and
/// validated when the app starts.
/// </summary>
public sealed class HandstampIdentityOptions
{
    internal const int MostPasskeys = 100;

    /// <summary>
    /// The <c>iss</c> of every token, and the address under which other services find the keys: the app's own address with the path
    /// under which the routes are mapped, such as <c>https://app.example.com</c>. Default: the first of the app's <c>urls</c>.
    /// If it is set, the links in mails lead to its scheme, host and port.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>The <c>aud</c> of every access token, which the app itself demands too. Default: the issuer.</summary>
    public string? Audience { get; set; }

    /// <summary>How long an access token lives. 30 seconds to 60 minutes; 10 minutes by default.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>A session that is not refreshed for this time expires. 14 days by default.</summary>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>A session expires this long after the login, however much it is used. Up to 366 days; 90 by default.</summary>
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Within this time, a repeated refresh gets the same answer. 0 (off) to 5 minutes; 30 seconds by default.</summary>
    public TimeSpan RetryWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The maximum number of live sessions of a user. 1 to 10000; 100 by default. Beyond it, a login ends the session that was idle for
    /// longest. If none was idle for a day, it is refused.
    /// </summary>
    public int MaxSessionsPerUser { get; set; } = 100;

    /// <summary>
    /// The maximum number of passkeys of a user. 1 to 100; 20 by default. A user who has as many is refused another with
    /// <c>TooManyPasskeys</c>. Passkeys that are added at the same moment are NOT counted against each other.
    /// </summary>
    public int MaxPasskeysPerUser { get; set; } = 20;

    /// <summary>What a changed security stamp does to the user's sessions.</summary>
    public CredentialChange WhenCredentialsChange { get; set; }

    /// <summary>What the use of an old refresh token does to its session.</summary>
    public UsedAgain WhenUsedAgain { get; set; }

    /// <summary>
    /// The key that encrypts the signing keys in the database: 32 bytes as base64. All nodes of the app need the same. Default: the
    /// environment variable <c>HANDSTAMP_MASTER_KEY</c>, then the file <c>master.key</c> in <see cref="DataDirectory"/>, which is made at
    /// the first start.
    /// </summary>
    public string? MasterKey { get; set; }

    /// <summary>
    /// Where the default master key is, and what this node has seen of the feed, to notice that the database was restored. Default:
    /// <c>handstamp</c> in the app's content root. A directory that does not exist is made, with a <c>.gitignore</c> for all that is in it.
    /// </summary>
    public string DataDirectory { get; set; } = "handstamp";
}
