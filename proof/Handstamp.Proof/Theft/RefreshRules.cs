namespace Handstamp.Proof.Theft;

/// <summary>A rule with its settings, where it was read, and how a session under it begins.</summary>
sealed record NamedRule(string Name, string ReadAt, string Settings, Func<double, RefreshRule> Login);

/// <summary>The rules that are compared.</summary>
static class RefreshRules
{
    const string SuperTokens = "supertokens-core 0c1739b (12.1.1)";

    public static readonly NamedRule Handstamp = new(
        "Handstamp", "this repository", "`RetryWindow` 30 s, `LateRetry` accept: the defaults",
        login => new HandstampRule(HandstampRule.Defaults, login));

    public static readonly NamedRule HandstampSigns = new(
        "Handstamp, signs end it", "this repository", "`SuspectedSharing` end, else the defaults",
        login => new HandstampSignsRule(login));

    public static readonly NamedRule HandstampThreeRetries = Limited(3);

    public static readonly NamedRule HandstampOneRetry = Limited(1);

    public static readonly NamedRule HandstampNoWindow = new(
        "Handstamp, no window", "this repository", "`RetryWindow` 0, `LateRetry` accept",
        login => new HandstampRule(HandstampRule.NoWindow, login));

    public static readonly NamedRule HandstampStrict = new(
        "Handstamp, strict settings", "this repository", "`RetryWindow` 0, `LateRetry` refuse",
        login => new HandstampRule(HandstampRule.Strict, login));

    public static readonly NamedRule Supabase = new(
        "Supabase, counter (v2)", "supabase/auth bc32168",
        "reuse interval 10 s, as hosted and in its CLI; v2 is opt-in",
        login => new SupabaseRule(reuse: 10, login));

    public static readonly NamedRule SuperTokensOffline = new(
        "SuperTokens ≤ 5.4, offline APIs", SuperTokens,
        "driver interface 5.4; no API asks the core; its report of a theft ends the session",
        _ => new SuperTokensParentRule(askedAtFirstCall: false));

    public static readonly NamedRule SuperTokensSdk = new(
        "SuperTokens ≤ 5.4, its SDK", $"{SuperTokens}, supertokens-node 02900e9",
        "driver interface 5.4; the SDK asks the core about a child's first use",
        _ => new SuperTokensParentRule(askedAtFirstCall: true));

    public static readonly NamedRule SuperTokensLineage = new(
        "SuperTokens ≥ 5.6", SuperTokens, "driver interface 5.6; grace 30 s, the default",
        _ => new SuperTokensLineageRule(grace: 30));

    public static readonly NamedRule Forking = new(
        "OpenIddict; Hydra with grace", "openiddict-core 319511f, ory/hydra 83127c5",
        "OpenIddict: leeway 30 s, the default; Hydra: its opt-in grace period, set to 30 s",
        _ => new ForkingRule(leeway: 30));

    public static readonly NamedRule Strict = new(
        "Strict rotation; Hydra", "RFC 9700 §4.14.2; ory/hydra 83127c5",
        "none; Hydra without a grace period, the default",
        _ => new StrictRule());

    public static readonly NamedRule None = new(
        "No rotation", "Keycloak mid-2026, Duende, ASP.NET Core Identity", "as shipped", _ => new NoRotationRule());

    /// <summary>The rule without the gap. It is not one of the compared rules.</summary>
    public static readonly NamedRule HandstampWithoutGap = new(
        "Handstamp without the quiet gap", "this repository, before the gap", "the defaults",
        login => new HandstampRule(HandstampRule.Defaults, login, quietGap: false));

    public static readonly IReadOnlyList<NamedRule> All =
    [
        Handstamp, HandstampSigns, HandstampThreeRetries, HandstampOneRetry, HandstampNoWindow, HandstampStrict, Strict, Supabase, SuperTokensOffline,
        SuperTokensSdk, SuperTokensLineage, Forking, None,
    ];

    static NamedRule Limited(int lateRetries) => new(
        $"Handstamp, late retries {lateRetries}", "this repository", $"`LateRetryLimit` {lateRetries}, else the defaults",
        login => new HandstampRule(HandstampRule.Defaults with { LateRetryLimit = lateRetries }, login));
}
