using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Settings;

/// <summary>Every setting there is. What is not here is refused; a test compares it with the options.</summary>
static class KnownSettings
{
    public const string Issuer = "Issuer";
    public const string BasePath = "BasePath";
    public const string Urls = "Urls";
    public const string DataDirectory = "Storage:DataDirectory";
    public const string ConnectionString = "Storage:ConnectionString";
    public const string MasterKey = "Keys:MasterKey";

    public static readonly IReadOnlyList<Setting> All =
    [
        Setting.Of(Issuer, (HandstampOptions options) => options.Issuer),
        Setting.Of(BasePath, (HandstampOptions options) => options.BasePath),
        Setting.Of("Audience", (HandstampOptions options) => options.EffectiveAudience),
        Setting.Of(Urls, (ListenOptions options) => options.Urls),

        Setting.Of("Sessions:AccessTokenLifetime", (SessionOptions options) => options.AccessTokenLifetime),
        Setting.Of("Sessions:IdleLifetime", (SessionOptions options) => options.IdleLifetime),
        Setting.Of("Sessions:AbsoluteLifetime", (SessionOptions options) => options.AbsoluteLifetime),
        Setting.Of("Sessions:RetryWindow", (SessionOptions options) => options.RetryWindow),
        Setting.Of("Sessions:LateRetry", (SessionOptions options) => options.LateRetry),
        Setting.Of("Sessions:AllowRefreshTokenInQuery", (SessionOptions options) => options.AllowRefreshTokenInQuery),
        Setting.Of("Sessions:Retention", (SessionOptions options) => options.Retention),

        Setting.Of("Accounts:Registration", (AccountOptions options) => options.Registration),
        Setting.Of("Accounts:Password:MinLength", (AccountOptions options) => options.Password.MinLength),
        Setting.Of("Accounts:Hashing:MemoryKiB", (AccountOptions options) => options.Hashing.MemoryKiB),
        Setting.Of("Accounts:Hashing:Passes", (AccountOptions options) => options.Hashing.Passes),
        Setting.Of("Accounts:Hashing:Concurrency", (AccountOptions options) => options.Hashing.Concurrency),
        Setting.Of("Accounts:Hashing:QueueLimit", (AccountOptions options) => options.Hashing.QueueLimit),
        Setting.Of("Accounts:Throttle:AccountFree", (AccountOptions options) => options.Throttle.AccountFree),
        Setting.Of("Accounts:Throttle:AccountFirstDelay", (AccountOptions options) => options.Throttle.AccountFirstDelay),
        Setting.Of("Accounts:Throttle:AccountMaxDelay", (AccountOptions options) => options.Throttle.AccountMaxDelay),
        Setting.Of("Accounts:Throttle:NetworkFree", (AccountOptions options) => options.Throttle.NetworkFree),
        Setting.Of("Accounts:Throttle:NetworkFirstDelay", (AccountOptions options) => options.Throttle.NetworkFirstDelay),
        Setting.Of("Accounts:Throttle:NetworkMaxDelay", (AccountOptions options) => options.Throttle.NetworkMaxDelay),
        Setting.Of("Accounts:Throttle:RegistrationFree", (AccountOptions options) => options.Throttle.RegistrationFree),
        Setting.Of("Accounts:Throttle:RegistrationFirstDelay", (AccountOptions options) => options.Throttle.RegistrationFirstDelay),
        Setting.Of("Accounts:Throttle:RegistrationMaxDelay", (AccountOptions options) => options.Throttle.RegistrationMaxDelay),
        Setting.Of("Accounts:Throttle:Memory", (AccountOptions options) => options.Throttle.Memory),

        Setting.Of("Cookie:SameSite", (RefreshCookieOptions options) => options.SameSite),
        Setting.Of("Cookie:Domain", (RefreshCookieOptions options) => options.Domain),
        Setting.Of("Cors:AllowedOrigins", (CorsSettings options) => options.AllowedOrigins),

        Setting.Of("Storage:Provider", (StorageOptions options) => options.Provider),
        Setting.Of(ConnectionString, (StorageOptions options) => options.ConnectionString) with { IsSecret = true },
        Setting.Of(DataDirectory, (StorageOptions options) => options.DataDirectory),

        Setting.Of("Keys:Algorithm", (KeyOptions options) => options.Algorithm),
        Setting.Of("Keys:SigningLifetime", (KeyOptions options) => options.SigningLifetime),
        Setting.Of("Keys:Announcement", (KeyOptions options) => options.Announcement),
        Setting.Of(MasterKey, (KeyOptions options) => options.MasterKey) with { IsSecret = true },
        Setting.Of("Keys:MasterKeyFile", (KeyOptions options) => options.MasterKeyFile),

        Setting.Of("Telemetry:OtlpEndpoint", (TelemetryOptions options) => options.OtlpEndpoint),
        Setting.Of("Telemetry:Prometheus", (TelemetryOptions options) => options.Prometheus),
        Setting.Of("Logging:Level", (LogOptions options) => options.Level),
        Setting.Of("Logging:Format", (LogOptions options) => options.Format),
        Setting.Of("Shutdown:DrainDelay", (ShutdownOptions options) => options.DrainDelay),
        Setting.Of("Shutdown:Timeout", (ShutdownOptions options) => options.Timeout),
    ];

    static readonly Dictionary<string, Setting> ByKey = All.ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    public static Setting? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>Whether settings lie under the key.</summary>
    public static bool IsSection(string key) =>
        All.Any(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase));
}
