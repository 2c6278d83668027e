using Handstamp.Mail;
using Handstamp.Pages;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.GeoIp;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Settings;

/// <summary>Every setting. Any other key is refused. A test compares this list with the options.</summary>
static class KnownSettings
{
    public const string Issuer = "Issuer";
    public const string BasePath = "BasePath";
    public const string Urls = "Urls";
    public const string Provider = "Storage:Provider";
    public const string DataDirectory = "Storage:DataDirectory";
    public const string ConnectionString = "Storage:ConnectionString";
    public const string MasterKey = "Keys:MasterKey";
    public const string FormerSecret = "FormerSystem:Secret";
    public const string MailServer = "Mail:Server";
    public const string MailPassword = "Mail:Password";
    public const string SiteVerifySecret = "Challenge:SiteVerify:Secret";
    public const string MailDirectory = "Mail:Directory";
    public const string MailFrom = "Mail:From";

    // In place of the name is the name that the operator chooses.
    const string ProviderSection = ExternalLoginSettings.Section + ":NAME";

    public static readonly IReadOnlyList<Setting> All =
    [
        Setting.Of(Issuer, (HandstampOptions o) => o.Issuer),
        Setting.Of(BasePath, (HandstampOptions o) => o.BasePath),
        Setting.Of("Audiences", (HandstampOptions o) => o.Audiences),
        Setting.Of("Audience", (HandstampOptions o) => o.Audience) with { ReplacedBy = new("Audiences", GoneIn: "0.2.0") },
        Setting.Of(Urls, (ListenOptions o) => o.Urls),

        Setting.Of("Sessions:AccessTokenLifetime", (SessionOptions o) => o.AccessTokenLifetime),
        Setting.Of("Sessions:IdleLifetime", (SessionOptions o) => o.IdleLifetime),
        Setting.Of("Sessions:TemporaryIdleLifetime", (SessionOptions o) => o.TemporaryIdleLifetime),
        Setting.Of("Sessions:AbsoluteLifetime", (SessionOptions o) => o.AbsoluteLifetime),
        Setting.Of("Sessions:RetryWindow", (SessionOptions o) => o.RetryWindow),
        Setting.Of("Sessions:LateRetry", (SessionOptions o) => o.LateRetry),
        Setting.Of("Sessions:LateRetryLimit", (SessionOptions o) => o.LateRetryLimit),
        Setting.Of("Sessions:SuspectedSharing", (SessionOptions o) => o.SuspectedSharing),
        Setting.Of("Sessions:MaxPerAccount", (SessionOptions o) => o.MaxPerAccount),
        Setting.Of("Sessions:AllowRefreshTokenInQuery", (SessionOptions o) => o.AllowRefreshTokenInQuery),
        Setting.Of("Sessions:Retention", (SessionOptions o) => o.Retention),
        Setting.Of("Sessions:RecentLogin", (SessionOptions o) => o.RecentLogin),

        Setting.Of("Accounts:Registration", (AccountOptions o) => o.Registration),
        Setting.Of("Accounts:Identifiers", (AccountOptions o) => o.Identifiers),
        Setting.Of("Accounts:InvitationLifetime", (AccountOptions o) => o.InvitationLifetime),
        Setting.Of("Accounts:AllowedMailDomains", (AccountOptions o) => o.AllowedMailDomains),
        Setting.Of("Accounts:RefusedMailDomains", (AccountOptions o) => o.RefusedMailDomains),
        Setting.Of("Accounts:Verification", (AccountOptions o) => o.Verification),
        Setting.Of("Accounts:LoginByMail", (AccountOptions o) => o.LoginByMail),
        Setting.Of("Accounts:ResetUrl", (AccountOptions o) => o.ResetUrl),
        Setting.Of("Accounts:VerifyUrl", (AccountOptions o) => o.VerifyUrl),
        Setting.Of("Accounts:LoginUrl", (AccountOptions o) => o.LoginUrl),
        Setting.Of("Accounts:EmailChangeUrl", (AccountOptions o) => o.EmailChangeUrl),
        Setting.Of("Accounts:EmailUndoUrl", (AccountOptions o) => o.EmailUndoUrl),
        Setting.Of("Accounts:RestoreUrl", (AccountOptions o) => o.RestoreUrl),
        Setting.Of("Accounts:DeletionGrace", (AccountOptions o) => o.DeletionGrace),
        Setting.Of("Accounts:ProfileDataLimit", (AccountOptions o) => o.ProfileDataLimit),
        Setting.Of("Accounts:InvitationUrl", (AccountOptions o) => o.InvitationUrl),
        Setting.Of("Accounts:SecondFactor", (AccountOptions o) => o.SecondFactor),
        Setting.Of("Accounts:SecondFactorRoles", (AccountOptions o) => o.SecondFactorRoles),
        Setting.Of("Accounts:SecondFactorGrace", (AccountOptions o) => o.SecondFactorGrace),
        Setting.Of("Accounts:Terms:Version", (AccountOptions o) => o.Terms.Version),
        Setting.Of("Accounts:Terms:Url", (AccountOptions o) => o.Terms.Url),
        Setting.Of("Accounts:Terms:PrivacyUrl", (AccountOptions o) => o.Terms.PrivacyUrl),
        Setting.Of("Accounts:Password:MinLength", (AccountOptions o) => o.Password.MinLength),
        Setting.Of("Accounts:Password:BreachedFile", (AccountOptions o) => o.Password.BreachedFile),
        Setting.Of("Accounts:Password:Words", (AccountOptions o) => o.Password.Words),
        Setting.Of("Accounts:Hashing:MemoryKiB", (AccountOptions o) => o.Hashing.MemoryKiB),
        Setting.Of("Accounts:Hashing:Passes", (AccountOptions o) => o.Hashing.Passes),
        Setting.Of("Accounts:Hashing:Concurrency", (AccountOptions o) => o.Hashing.Concurrency),
        Setting.Of("Accounts:Hashing:QueueLimit", (AccountOptions o) => o.Hashing.QueueLimit),
        Setting.Of("Accounts:Throttle:AccountFree", (AccountOptions o) => o.Throttle.AccountFree),
        Setting.Of("Accounts:Throttle:AccountFirstDelay", (AccountOptions o) => o.Throttle.AccountFirstDelay),
        Setting.Of("Accounts:Throttle:AccountMaxDelay", (AccountOptions o) => o.Throttle.AccountMaxDelay),
        Setting.Of("Accounts:Throttle:UnknownDeviceFailures", (AccountOptions o) => o.Throttle.UnknownDeviceFailures),
        Setting.Of("Accounts:Throttle:NetworkFree", (AccountOptions o) => o.Throttle.NetworkFree),
        Setting.Of("Accounts:Throttle:NetworkFirstDelay", (AccountOptions o) => o.Throttle.NetworkFirstDelay),
        Setting.Of("Accounts:Throttle:NetworkMaxDelay", (AccountOptions o) => o.Throttle.NetworkMaxDelay),
        Setting.Of("Accounts:Throttle:RegistrationFree", (AccountOptions o) => o.Throttle.RegistrationFree),
        Setting.Of("Accounts:Throttle:RegistrationFirstDelay", (AccountOptions o) => o.Throttle.RegistrationFirstDelay),
        Setting.Of("Accounts:Throttle:RegistrationMaxDelay", (AccountOptions o) => o.Throttle.RegistrationMaxDelay),
        Setting.Of("Accounts:Throttle:Memory", (AccountOptions o) => o.Throttle.Memory),
        Setting.Of("Accounts:Throttle:AccountLogins", (AccountOptions o) => o.Throttle.AccountLogins),
        Setting.Of("Accounts:Throttle:NetworkLogins", (AccountOptions o) => o.Throttle.NetworkLogins),
        Setting.Of("Accounts:Throttle:LoginPeriod", (AccountOptions o) => o.Throttle.LoginPeriod),
        Setting.Of("Accounts:Throttle:AddressMails", (AccountOptions o) => o.Throttle.AddressMails),
        Setting.Of("Accounts:Throttle:NetworkMails", (AccountOptions o) => o.Throttle.NetworkMails),
        Setting.Of("Accounts:Throttle:MailPeriod", (AccountOptions o) => o.Throttle.MailPeriod),

        Setting.Of("Challenge:Mode", (ChallengeOptions o) => o.Mode),
        Setting.Of("Challenge:MaxNumber", (ChallengeOptions o) => o.MaxNumber),
        Setting.Of("Challenge:Failures", (ChallengeOptions o) => o.Failures),
        Setting.Of("Challenge:SiteVerify:Service", (ChallengeOptions o) => o.SiteVerify.Service),
        Setting.Of("Challenge:SiteVerify:SiteKey", (ChallengeOptions o) => o.SiteVerify.SiteKey),
        Setting.Of(SiteVerifySecret, (ChallengeOptions o) => o.SiteVerify.Secret) with { IsSecret = true },
        Setting.Of("Challenge:SiteVerify:Url", (ChallengeOptions o) => o.SiteVerify.Url),
        Setting.Of("Challenge:SiteVerify:Script", (ChallengeOptions o) => o.SiteVerify.Script),
        Setting.Of("Challenge:SiteVerify:Sources", (ChallengeOptions o) => o.SiteVerify.Sources),
        Setting.Of("Challenge:SiteVerify:Class", (ChallengeOptions o) => o.SiteVerify.Class),
        Setting.Of("Challenge:SiteVerify:Field", (ChallengeOptions o) => o.SiteVerify.Field),

        Setting.Of("FormerSystem:PasswordUrl", (FormerSystemOptions o) => o.PasswordUrl),
        Setting.Of("FormerSystem:SessionUrl", (FormerSystemOptions o) => o.SessionUrl),
        Setting.Of(FormerSecret, (FormerSystemOptions o) => o.Secret) with { IsSecret = true },
        Setting.Of("FormerSystem:Until", (FormerSystemOptions o) => o.Until),

        Setting.Of("Passkeys:RelyingPartyId", (PasskeyOptions o) => o.RelyingPartyId),
        Setting.Of("Passkeys:Origins", (PasskeyOptions o) => o.Origins),
        Setting.Of("Passkeys:Apps", (PasskeyOptions o) => o.Apps),

        OfProvider("Kind", o => o.Kind),
        OfProvider("Issuer", o => o.Issuer),
        OfProvider("ClientId", o => o.ClientId),
        OfProvider("ClientSecret", o => o.ClientSecret) with { IsSecret = true },
        OfProvider("Scopes", o => o.Scopes),
        OfProvider("DisplayName", o => o.DisplayName),
        OfProvider("TrustEmail", o => o.TrustEmail),
        OfProvider("RedirectUris", o => o.RedirectUris),
        OfProvider("AppClientIds", o => o.AppClientIds),
        OfProvider("TeamId", o => o.TeamId),
        OfProvider("KeyId", o => o.KeyId),
        OfProvider("KeyFile", o => o.KeyFile),

        Setting.Of("Cookie:SameSite", (RefreshCookieOptions o) => o.SameSite),
        Setting.Of("Cookie:Domain", (RefreshCookieOptions o) => o.Domain),
        Setting.Of("Cors:AllowedOrigins", (CorsSettings o) => o.AllowedOrigins),

        Setting.Of("Pages:Enabled", (PagesOptions o) => o.Enabled),
        Setting.Of("Pages:Name", (PagesOptions o) => o.Name),
        Setting.Of("Pages:Logo", (PagesOptions o) => o.Logo),
        Setting.Of("Pages:AccentColor", (PagesOptions o) => o.AccentColor),

        Setting.Of(MailServer, (MailOptions o) => o.Server),
        Setting.Of("Mail:UserName", (MailOptions o) => o.UserName),
        Setting.Of(MailPassword, (MailOptions o) => o.Password) with { IsSecret = true },
        Setting.Of(MailDirectory, (MailOptions o) => o.Directory),
        Setting.Of(MailFrom, (MailOptions o) => o.From),
        Setting.Of("Mail:Templates", (MailOptions o) => o.Templates),
        Setting.Of("Mail:Timeout", (MailOptions o) => o.Timeout),

        Setting.Of("Proxy:Networks", (ProxyOptions o) => o.Networks),
        Setting.Of("Connections:PerNetwork", (ConnectionOptions o) => o.PerNetwork),

        Setting.Of(Provider, (StorageOptions o) => o.Provider),
        Setting.Of(ConnectionString, (StorageOptions o) => o.ConnectionString) with { IsSecret = true },
        Setting.Of(DataDirectory, (StorageOptions o) => o.DataDirectory),

        Setting.Of("Keys:Algorithm", (KeyOptions o) => o.Algorithm),
        Setting.Of("Keys:SigningLifetime", (KeyOptions o) => o.SigningLifetime),
        Setting.Of("Keys:Announcement", (KeyOptions o) => o.Announcement),
        Setting.Of(MasterKey, (KeyOptions o) => o.MasterKey) with { IsSecret = true },
        Setting.Of("Keys:MasterKeyFile", (KeyOptions o) => o.MasterKeyFile),
        Setting.Of("Keys:SealPasswords", (KeyOptions o) => o.SealPasswords),

        Setting.Of("Audit:Retention", (AuditOptions o) => o.Retention),

        Setting.Of("GeoIp:Database", (GeoIpOptions o) => o.Database),

        Setting.Of("Telemetry:OtlpEndpoint", (TelemetryOptions o) => o.OtlpEndpoint),
        Setting.Of("Telemetry:Prometheus", (TelemetryOptions o) => o.Prometheus),
        Setting.Of("Logging:Level", (LogOptions o) => o.Level),
        Setting.Of("Logging:Format", (LogOptions o) => o.Format),
        Setting.Of("Shutdown:DrainDelay", (ShutdownOptions o) => o.DrainDelay),
        Setting.Of("Shutdown:Timeout", (ShutdownOptions o) => o.Timeout),
    ];

    static readonly Dictionary<string, Setting> ByKey =
        All.ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting of this key, whatever name the operator has given to a provider of external logins.</summary>
    public static Setting? Find(string key) =>
        ByKey.GetValueOrDefault(key)
        ?? (key.Split(':') is [var section, var name, var member] && IsProviders(section)
            && ByKey.GetValueOrDefault($"{ProviderSection}:{member}") is { } setting
                ? OfProvider(setting, name) : null);

    /// <summary>The settings in use that have a successor.</summary>
    public static IEnumerable<Setting> Replaced(EffectiveSettings settings) =>
        All.Where(setting => setting.ReplacedBy is not null && settings.OriginOf(setting) is not null);

    /// <summary>Whether the key is a section with settings.</summary>
    public static bool IsSection(string key) =>
        All.Any(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase))
        || (key.Split(':') is [var section, _] && IsProviders(section));

    /// <summary>The settings of an installation: those of providers once for each that it has.</summary>
    public static IEnumerable<Setting> Of(IServiceProvider services) => All
        .Where(setting => !IsOfProvider(setting))
        .Concat(services.Bound<ExternalLoginSettings>().Providers.Keys.Order(StringComparer.Ordinal)
            .SelectMany(name => All.Where(IsOfProvider).Select(setting => OfProvider(setting, name))));

    static bool IsProviders(string section) => section.Equals(ExternalLoginSettings.Section, StringComparison.OrdinalIgnoreCase);

    static bool IsOfProvider(Setting setting) => setting.Key.StartsWith(ProviderSection + ":", StringComparison.Ordinal);

    static Setting OfProvider<T>(string member, Func<ExternalProviderOptions, T> read) => new(
        $"{ProviderSection}:{member}", SettingKind.Of<T>(), _ => read(new ExternalProviderOptions()))
    {
        ReadOf = (services, name) => read(services.Bound<ExternalLoginSettings>().Providers[name]),
    };

    static Setting OfProvider(Setting setting, string name) => setting with
    {
        Key = $"{ExternalLoginSettings.Section}:{name}:{setting.Key[(ProviderSection.Length + 1)..]}",
        Read = services => setting.ReadOf!(services, name),
    };
}
