using Handstamp.Server.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Sessions;

enum LateRetry
{
    /// <summary>A repeated request after the window gets another successor, because its answer was lost.</summary>
    Accept,

    /// <summary>It ends the session, as in strict rotation (RFC 9700 §4.14.2).</summary>
    Refuse,
}

/// <summary>The effect of a sign of two parties.</summary>
enum SuspectedSharingPolicy
{
    /// <summary>It is counted, and reported as an event.</summary>
    Report,

    /// <summary>It also ends the session, if a false alarm is preferred to a thief.</summary>
    End,
}

/// <summary>The section <c>Sessions</c>.</summary>
sealed class SessionOptions
{
    /// <summary>The settings that are times.</summary>
    public static readonly IReadOnlyList<string> Times =
    [
        nameof(AccessTokenLifetime), nameof(IdleLifetime), nameof(TemporaryIdleLifetime), nameof(AbsoluteLifetime), nameof(RetryWindow), nameof(Retention), nameof(RecentLogin),
    ];

    /// <summary>5 to 15 minutes is usual. 30 s to 60 min, in development from 5 s.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A session that is not refreshed for this time expires. 1 minute to the absolute lifetime; in development from 10
    /// s.
    /// </summary>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// The same for the session of a person who does not want to be remembered: 12 hours by default, 1 minute to 366 days; in
    /// development from 10 s. It is never longer than <see cref="IdleLifetime"/>.
    /// </summary>
    public TimeSpan TemporaryIdleLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>A session expires this long after the login, however much it is used. Up to 366 days.</summary>
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Within this time, a repeated refresh gets the same answer. 0 (off) to 5 minutes.</summary>
    public TimeSpan RetryWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How to treat a repeated refresh after the window.</summary>
    public LateRetry LateRetry { get; set; } = LateRetry.Accept;

    /// <summary>
    /// How many repeated refreshes of one token after the window get another successor before one ends the session. 0
    /// (no limit) to 1000.
    /// </summary>
    public int LateRetryLimit { get; set; }

    /// <summary>See <see cref="RotationOptions.ReuseContinues"/>. Not a setting of the service: only an app can set it.</summary>
    internal bool ReuseContinues { get; set; }

    /// <summary>The effect of a sign that two parties use the session, in addition to the event.</summary>
    public SuspectedSharingPolicy SuspectedSharing { get; set; } = SuspectedSharingPolicy.Report;

    /// <summary>The maximum number of live sessions of an account. 1 to 10000.</summary>
    public int MaxPerAccount { get; set; } = 100;

    /// <summary>Accepts <c>/refresh?refresh_token=…</c>, which ends up in logs and histories.</summary>
    public bool AllowRefreshTokenInQuery { get; set; }

    /// <summary>
    /// How long the row of an ended session is kept, so that its refusal can give the reason. 0 to 366 days.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long a login counts as recent, for actions that must not be done with a borrowed device. 1 minute to 1 day; in
    /// development from 10 s.
    /// </summary>
    public TimeSpan RecentLogin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a session lives that is not refreshed.</summary>
    public TimeSpan IdleLifetimeOf(bool isTemporary) =>
        isTemporary && TemporaryIdleLifetime < IdleLifetime ? TemporaryIdleLifetime : IdleLifetime;

    /// <summary>
    /// Two parties each refresh once in an access token's lifetime; a device that changes its network and comes back is
    /// rarely that quick.
    /// </summary>
    public TimeSpan Alternation => 2 * AccessTokenLifetime;

    public RotationOptions Rotation => new(RetryWindow, this switch
    {
        { LateRetry: LateRetry.Refuse } => 0,
        { LateRetryLimit: 0 } => int.MaxValue,
        _ => LateRetryLimit,
    })
    {
        ReuseContinues = ReuseContinues,
    };
}

sealed class SessionOptionsValidator(IHostEnvironment environment) : IValidateOptions<SessionOptions>
{
    const int MaxLateRetries = 1000;

    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var development = environment.IsDevelopment();
        List<string> faults =
        [
            .. Outside("AccessTokenLifetime", options.AccessTokenLifetime,
                TimeSpan.FromSeconds(development ? 5 : 30), KeyRules.LongestAccessToken),
            .. Outside("AbsoluteLifetime", options.AbsoluteLifetime, TimeSpan.FromSeconds(development ? 10 : 60), KeyRules.LongestSession),
            .. Outside("IdleLifetime", options.IdleLifetime, TimeSpan.FromSeconds(development ? 10 : 60), options.AbsoluteLifetime),
            .. Outside("TemporaryIdleLifetime", options.TemporaryIdleLifetime,
                TimeSpan.FromSeconds(development ? 10 : 60), KeyRules.LongestSession),
            .. Outside("RetryWindow", options.RetryWindow, TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            .. Outside("Retention", options.Retention, TimeSpan.Zero, KeyRules.LongestSession),
            .. Outside("RecentLogin", options.RecentLogin, TimeSpan.FromSeconds(development ? 10 : 60), TimeSpan.FromDays(1)),
            .. Outside("MaxPerAccount", options.MaxPerAccount, 1, 10_000),
        ];
        if (options.LateRetryLimit is < 0 or > MaxLateRetries)
            faults.Add($"Sessions:LateRetryLimit is {options.LateRetryLimit}; it has to be between 0 and {MaxLateRetries}.");
        if (options.IdleLifetime < options.AccessTokenLifetime + options.RetryWindow) faults.Add(TooShort("IdleLifetime"));
        if (options.TemporaryIdleLifetime < options.AccessTokenLifetime + options.RetryWindow) faults.Add(TooShort("TemporaryIdleLifetime"));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static string TooShort(string key) =>
        $"Sessions:{key} is shorter than Sessions:AccessTokenLifetime and Sessions:RetryWindow together; sessions would expire while they are used.";

    static IEnumerable<string> Outside<T>(string key, T value, T least, T most) where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            yield return $"Sessions:{key} is {value}; it has to be between {least} and {most}.";
    }
}
