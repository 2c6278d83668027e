using Handstamp.Host.Serve;
using Handstamp.Server.Accounts;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Settings;

/// <summary>A setting that is allowed and yet a risk.</summary>
/// <param name="Key">The setting.</param>
/// <param name="Text">What the risk is.</param>
/// <param name="IsNote">Worth a thought, and right for many: not logged at each start.</param>
sealed record Finding(string Key, string Text, bool IsNote = false);

/// <summary>Names what is unsafe in settings that are otherwise valid.</summary>
static class UnsafeSettings
{
    static readonly TimeSpan UsualAccessToken = TimeSpan.FromMinutes(15);

    // OWASP's parameters for Argon2id, which are the defaults.
    const long UsualHashingWork = 19 * 1024 * 2;

    const int UsualPasswordLength = 15;

    public static IEnumerable<Finding> Find(IServiceProvider services, EffectiveSettings settings)
    {
        IEnumerable<Finding>[] areas =
        [
            OfMode(services.GetRequiredService<IHostEnvironment>()),
            OfAddresses(services.Bound<HandstampOptions>(), services.Bound<ListenOptions>()),
            OfAudiences(services.Bound<HandstampOptions>()),
            OfSessions(services.Bound<SessionOptions>()),
            OfAccounts(services.Bound<AccountOptions>()),
            OfBrowsers(services.Bound<RefreshCookieOptions>(), services.Bound<CorsSettings>()),
            OfProxies(services.Bound<ProxyOptions>(), services.Bound<HandstampOptions>()),
            OfStorage(services.GetService<PostgresServer>()),
            OfMasterKey(services.Bound<KeyOptions>(), services.Bound<StorageOptions>()),
            OfCommandLine(settings, services.GetService<PostgresServer>()),
            OfTelemetry(services.Bound<TelemetryOptions>(), services.Bound<ListenOptions>(), services.Bound<HandstampOptions>()),
        ];
        return areas.SelectMany(findings => findings);
    }

    static IEnumerable<Finding> OfMode(IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
            yield return new("--environment",
                "development mode relaxes rules that protect people; it is for this machine alone.");
    }

    static IEnumerable<Finding> OfAddresses(HandstampOptions service, ListenOptions listen)
    {
        if (!service.IsHttps && !new Uri(service.Issuer).IsLoopback)
            yield return new("Issuer",
                "over plain http, passwords and tokens can be read on their way. Use an https address.");
        if (!service.IsHttps && !IsLoopback(listen))
            yield return new("Urls",
                "the service can be reached from other machines over plain http. Put a proxy with https before it, and "
                + "set Issuer to its address.");
    }

    static IEnumerable<Finding> OfAudiences(HandstampOptions service)
    {
        if (service.Audience is not null)
            yield return new("Audience",
                "it was replaced by Audiences, a list, and counts as a list of one. Tokens for that API don't open the "
                + "service's own routes: clients ask for those with the issuer as `resource`.");
    }

    static IEnumerable<Finding> OfSessions(SessionOptions sessions)
    {
        if (sessions.AccessTokenLifetime > UsualAccessToken)
            yield return new("Sessions:AccessTokenLifetime",
                $"{sessions.AccessTokenLifetime} is long: where an API doesn't follow the revocations, a stolen access "
                + "token works until it expires. 15 minutes are usual at the most.");
        if (sessions.AllowRefreshTokenInQuery)
            yield return new("Sessions:AllowRefreshTokenInQuery",
                "refresh tokens in addresses end up in logs and histories.");
        if (sessions.RetryWindow == TimeSpan.Zero)
            yield return new("Sessions:RetryWindow",
                "without a window, two tabs or a lost answer can log a person out.", IsNote: true);
        if (sessions.LateRetry == LateRetry.Refuse)
            yield return new("Sessions:LateRetry",
                "a person whose answer got lost is logged out.", IsNote: true);
        if (sessions.LateRetryLimit > 0)
            yield return new("Sessions:LateRetryLimit",
                $"a person who loses more than {sessions.LateRetryLimit} answers in a row is logged out.", IsNote: true);
        if (sessions.Contention == ContentionPolicy.End)
            yield return new("Sessions:Contention",
                "a person whose device changes its network to and fro is logged out.", IsNote: true);
    }

    static IEnumerable<Finding> OfAccounts(AccountOptions accounts)
    {
        if (accounts.Registration == RegistrationMode.Open)
            yield return new("Accounts:Registration",
                "anybody can register; `closed` leaves it to `handstamp user add`.");
        if ((long)accounts.Hashing.MemoryKiB * accounts.Hashing.Passes < UsualHashingWork)
            yield return new("Accounts:Hashing",
                "the passwords are hashed with less work than OWASP recommends (19456 KiB, 2 passes).");
        if (accounts.Password.MinLength < UsualPasswordLength)
            yield return new("Accounts:Password:MinLength",
                "NIST SP 800-63B asks for 15 characters where the password is the only factor.",
                IsNote: true);
    }

    static IEnumerable<Finding> OfBrowsers(RefreshCookieOptions cookie, CorsSettings cors)
    {
        if (cookie.Domain is { } domain)
            yield return new("Cookie:Domain",
                $"the browser sends the refresh token to every host of {domain} that it calls under the path of /refresh: "
                + "whoever has one of them can take sessions over. Leave it out unless several hosts are the service.");
        if (cors.AllowedOrigins.FirstOrDefault(IsPlain) is { } plain)
            yield return new("Cors:AllowedOrigins",
                $"whoever is on the line of a visitor can change the page at {plain}, and use the visitor's session from it. "
                + "Use https.");
        if (cookie.SameSite == CookieSite.None)
            yield return new("Cookie:SameSite",
                "the browser sends the session cookie along with calls from any site.");
    }

    static bool IsPlain(string origin) => new Uri(origin) is { Scheme: "http", IsLoopback: false };

    static IEnumerable<Finding> OfProxies(ProxyOptions proxy, HandstampOptions service)
    {
        if (service.IsHttps && proxy.Networks.Count == 0)
            yield return new("Proxy:Networks",
                "Issuer is https, so a proxy stands before the service. Without its address here all callers count as one "
                + "network: the failed logins of one make everybody wait.");
        if (proxy.Networks.FirstOrDefault(network => TrustedProxies.IsOfCallers(TrustedProxies.Parse(network)!.Value)) is { } wide)
            yield return new("Proxy:Networks",
                $"{wide} has callers in it, whose word on their own address is then taken: throttling by network and the limit "
                + "on connections stop nobody, and the device list shows what they like. Name the proxies alone.");
    }

    static IEnumerable<Finding> OfCommandLine(EffectiveSettings settings, PostgresServer? server)
    {
        const string Text = "whoever can list the processes of this machine reads it there. Give it in the environment or a file.";
        if (settings.IsOnCommandLine(KnownSettings.MasterKey)) yield return new(KnownSettings.MasterKey, Text);
        if (settings.IsOnCommandLine(KnownSettings.ConnectionString) && server is { HasPassword: true })
            yield return new(KnownSettings.ConnectionString, "it has a password, and " + Text);
    }

    static IEnumerable<Finding> OfStorage(PostgresServer? server)
    {
        if (server is { IsLinePlain: true })
            yield return new("Storage:ConnectionString",
                "nothing demands that the line to the database is encrypted: anybody on it can read and change what is "
                + "sent. Leave SSL Mode out, or better say SSL Mode=VerifyFull, and name the Root Certificate.");
        else if (server is { IsLineOpen: true })
            yield return new("Storage:ConnectionString",
                "the line to the database is encrypted, but not proof against somebody who answers in its place: say SSL "
                + "Mode=VerifyFull, and name the Root Certificate.");
        if (server is { GivesPasswordAway: true })
            yield return new("Storage:ConnectionString",
                "Require Auth lets a server that answers in the database's place ask for the password, or for what is as good as "
                + "it. Leave it out: then only SCRAM counts, which shows the password to nobody.");
    }

    static IEnumerable<Finding> OfMasterKey(KeyOptions keys, StorageOptions storage)
    {
        if (keys.MasterKey is not null) yield break;
        var file = keys.MasterKeyFile ?? MasterKeyFile.In(storage).Path;
        if (MasterKeyFile.OpenMode(file) is not { } mode) yield break;
        // The group of a mounted secret is often the service's own.
        var byGroup = (mode & MasterKeyFile.OfEverybody) == 0;
        yield return new("Keys:MasterKeyFile",
            $"{file} can be read or written by {(byGroup ? "its group" : "every user of this machine")} (mode "
            + $"{Convert.ToString((int)mode, 8)}): whoever has it and a copy of the database has all sessions. Give it the "
            + "mode 400; in Kubernetes, set defaultMode of the volume.", IsNote: byGroup);
    }

    static IEnumerable<Finding> OfTelemetry(TelemetryOptions telemetry, ListenOptions listen, HandstampOptions service)
    {
        // A public issuer means a proxy, which passes /metrics on like the rest.
        if (telemetry.Prometheus && !(IsLoopback(listen) && new Uri(service.Issuer).IsLoopback))
            yield return new("Telemetry:Prometheus",
                "whoever can reach the service, through a proxy too, can read /metrics. Have the proxy refuse that path.");
    }

    static bool IsLoopback(ListenOptions listen) =>
        ListenUrl.TryParseAll(listen.Urls, out var urls, out _) && urls.All(url => url.IsLoopback);
}
