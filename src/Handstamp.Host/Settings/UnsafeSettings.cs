using Handstamp.Host.Serve;
using Handstamp.Mail;
using Handstamp.Pages;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Storage;
using Handstamp.Storage.Postgres.Engine;
using Handstamp.Storage.Sqlite.Engine;
using SessionOptions = Handstamp.Server.Sessions.SessionOptions;

namespace Handstamp.Host.Settings;

/// <summary>A setting that is allowed but a risk.</summary>
/// <param name="Key">The setting.</param>
/// <param name="Text">What the risk is.</param>
/// <param name="IsNote">A note for <c>check-config</c>, not logged at each start: the value suits many installations.</param>
sealed record Finding(string Key, string Text, bool IsNote = false);

/// <summary>Names what is unsafe in settings that are otherwise valid.</summary>
static class UnsafeSettings
{
    static readonly TimeSpan UsualAccessToken = TimeSpan.FromMinutes(15);

    // OWASP's parameters for Argon2id, which are the defaults.
    const long UsualHashingWork = 19 * 1024 * 2;

    const int UsualPasswordLength = 15;

    const UnixFileMode OfWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Find(IServiceProvider services, EffectiveSettings settings)
    {
        IEnumerable<Finding>[] areas =
        [
            OfMode(services.GetRequiredService<IHostEnvironment>()),
            OfAddresses(services.Bound<HandstampOptions>(), services.Bound<ListenOptions>()),
            OfReplaced(settings),
            OfAudiences(services.Bound<HandstampOptions>()),
            OfSessions(services.Bound<SessionOptions>()),
            OfAccounts(services.Bound<AccountOptions>()),
            OfFormerSystem(services.Bound<FormerSystemOptions>(), services.GetRequiredService<TimeProvider>()),
            OfBrowsers(services.Bound<RefreshCookieOptions>(), services.Bound<CorsSettings>()),
            OfProxies(services.Bound<ProxyOptions>(), services.Bound<HandstampOptions>()),
            OfStorage(services.GetService<PostgresServer>()),
            OfMasterKey(services.Bound<KeyOptions>(), services.Bound<StorageOptions>()),
            OfFiles(services.Bound<StorageOptions>(), services.GetService<SqliteFile>()),
            OfSecrets(settings, services.GetService<PostgresServer>()),
            OfMail(services.Bound<MailOptions>(), services.Bound<HandstampOptions>()),
            OfLinks(services.Bound<MailOptions>(), services.Bound<AccountOptions>(), services.Bound<PagesOptions>()),
            OfProviders(services.Bound<ExternalLoginSettings>(), services.Bound<PagesOptions>(), settings),
            OfCommandLine(settings, services.GetService<PostgresServer>()),
            OfTelemetry(services.Bound<TelemetryOptions>(), services.Bound<ListenOptions>(), services.Bound<HandstampOptions>()),
        ];
        return areas.SelectMany(findings => findings);
    }

    static IEnumerable<Finding> OfMode(IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
            yield return new("--environment",
                "development mode relaxes security rules. Use it only on your own machine.");
    }

    static IEnumerable<Finding> OfAddresses(HandstampOptions service, ListenOptions listen)
    {
        if (!service.IsHttps && !new Uri(service.Issuer).IsLoopback)
            yield return new("Issuer",
                "over plain http, passwords and tokens can be read in transit. Use an https address.");
        if (!service.IsHttps && !IsLoopback(listen))
            yield return new("Urls",
                "other machines can reach the service over plain http. Put an https proxy in front of it, and set Issuer to "
                + "the proxy's address.");
    }

    static IEnumerable<Finding> OfReplaced(EffectiveSettings settings) => KnownSettings.Replaced(settings).Select(setting =>
        new Finding(setting.Key, $"this setting was replaced by {setting.ReplacedBy!.Key}, and is gone in version {setting.ReplacedBy.GoneIn}."));

    static IEnumerable<Finding> OfAudiences(HandstampOptions service)
    {
        if (service.Audience is not null)
            yield return new("Audience",
                "tokens for that API are not valid for the service's own routes: for those, clients request a token with the issuer as "
                + "`resource`.");
    }

    static IEnumerable<Finding> OfSessions(SessionOptions sessions)
    {
        if (sessions.AccessTokenLifetime > UsualAccessToken)
            yield return new("Sessions:AccessTokenLifetime",
                $"{sessions.AccessTokenLifetime} is long. At an API that does not follow the revocation feed, a stolen access token "
                + "works until it expires. Use 15 minutes or less.");
        if (sessions.AllowRefreshTokenInQuery)
            yield return new("Sessions:AllowRefreshTokenInQuery",
                "refresh tokens in URLs end up in logs and browser histories.");
        if (sessions.RetryWindow == TimeSpan.Zero)
            yield return new("Sessions:RetryWindow",
                "without a retry window, two tabs or a lost response can log a person out.", IsNote: true);
        if (sessions.LateRetry == LateRetry.Refuse)
            yield return new("Sessions:LateRetry",
                "a person whose response is lost is logged out.", IsNote: true);
        if (sessions.LateRetryLimit > 0)
            yield return new("Sessions:LateRetryLimit",
                $"a person who loses more than {sessions.LateRetryLimit} responses in a row is logged out.", IsNote: true);
        if (sessions.SuspectedSharing == SuspectedSharingPolicy.End)
            yield return new("Sessions:SuspectedSharing",
                "a person whose device switches back and forth between networks is logged out.", IsNote: true);
    }

    static IEnumerable<Finding> OfAccounts(AccountOptions accounts)
    {
        if (accounts.Registration == RegistrationMode.Open)
            yield return new("Accounts:Registration",
                "anyone can register. With `closed`, only `handstamp user add` adds accounts.");
        if ((long)accounts.Hashing.MemoryKiB * accounts.Hashing.Passes < UsualHashingWork)
            yield return new("Accounts:Hashing",
                "passwords are hashed with less work than OWASP recommends (19456 KiB, 2 passes).");
        if (accounts.Password.MinLength < UsualPasswordLength)
            yield return new("Accounts:Password:MinLength",
                "NIST SP 800-63B requires 15 characters where the password is the only factor.",
                IsNote: true);
    }

    static IEnumerable<Finding> OfFormerSystem(FormerSystemOptions former, TimeProvider clock)
    {
        if ((former.PasswordUrl ?? former.SessionUrl) is null) yield break;
        if (former.IsOver(clock.GetUtcNow()))
            yield return new("FormerSystem:Until",
                "it is over, so the former system is not asked any more. Nobody logs in with a password that only it can check. Remove "
                + "the section when you have seen to the accounts that are left.");
        else if (former.Until is null)
            yield return new("FormerSystem:Until",
                "the former system is asked until you remove FormerSystem:PasswordUrl. Set the day on which it ends.", IsNote: true);
    }

    static IEnumerable<Finding> OfBrowsers(RefreshCookieOptions cookie, CorsSettings cors)
    {
        if (cookie.Domain is { } domain)
            yield return new("Cookie:Domain",
                $"the browser sends the refresh token to every host of {domain} when it requests the path of /refresh there. Anyone "
                + "who controls one of these hosts can take over sessions. Omit this setting unless several hosts are the service.");
        if (cors.AllowedOrigins.FirstOrDefault(IsPlain) is { } plain)
            yield return new("Cors:AllowedOrigins",
                $"an attacker on a visitor's network can change the page at {plain} and use the visitor's session from it. "
                + "Use https.");
        if (cookie.SameSite == CookieSite.None)
            yield return new("Cookie:SameSite",
                "the browser sends the session cookie with requests from any site.");
    }

    static IEnumerable<Finding> OfMail(MailOptions mail, HandstampOptions service)
    {
        if (mail is { UserName: not null, Password: null })
            yield return new(KnownSettings.MailPassword,
                "Mail:UserName is set without it, so the mail server will refuse the login. Set HANDSTAMP_Mail__Password.");
        if (mail.Server is not null && new Uri(service.Issuer).IsLoopback)
            yield return new("Issuer",
                $"links in mails begin with it, and {service.Issuer} leads to the reader's own machine. Set the public address.");
    }

    static IEnumerable<Finding> OfLinks(MailOptions mail, AccountOptions accounts, PagesOptions pages)
    {
        var sendsMail = (mail.Server ?? mail.Directory) is not null;
        if (!sendsMail && accounts.Verification != VerificationMode.Off)
            yield return new("Accounts:Verification",
                "the service sends no mail, so nobody can verify an address. Set Mail:Server.");
        if (!sendsMail && accounts.LoginByMail)
            yield return new("Accounts:LoginByMail", "the service sends no mail. Set Mail:Server.");
        if (!sendsMail || pages.Enabled) yield break;
        (string Key, string? Url, bool IsUsed)[] links =
        [
            ("Accounts:ResetUrl", accounts.ResetUrl, true),
            ("Accounts:VerifyUrl", accounts.VerifyUrl, accounts.Verification != VerificationMode.Off),
            ("Accounts:LoginUrl", accounts.LoginUrl, accounts.LoginByMail),
        ];
        foreach (var (key, url, isUsed) in links)
            if (isUsed && url is null)
                yield return new(key,
                    "the pages are off, so links in mails lead nowhere. Set the address of your app's page, or turn the pages on.");
    }

    static IEnumerable<Finding> OfProviders(ExternalLoginSettings external, PagesOptions pages, EffectiveSettings settings)
    {
        foreach (var (name, options) in external.Providers)
        {
            var (key, provider) = ($"{ExternalLoginSettings.Section}:{name}", new ProviderSettings(name, options));
            if (!pages.Enabled && options.RedirectUris.Count == 0 && options.AppClientIds.Count == 0)
                yield return new(key,
                    "the pages are off, and no app can use this provider either. Set RedirectUris or AppClientIds, or turn the pages on.");
            if (provider.Kind == ProviderKind.Oidc && options.TrustEmail)
                yield return new($"{key}:TrustEmail",
                    "an address that this provider calls verified counts as proved. Set it to false if people whom you do not trust manage "
                    + "users there.", IsNote: true);
            if (provider.Kind == ProviderKind.LinkedIn)
                yield return new(key,
                    "LinkedIn supports neither PKCE nor a nonce, so only the state protects its logins.", IsNote: true);
            if (settings.IsOnCommandLine($"{key}:ClientSecret"))
                yield return new($"{key}:ClientSecret",
                    "anyone who can list the processes of this machine can read it on the command line. Use an environment variable or "
                    + "a file.");
        }
    }

    static bool IsPlain(string origin) => new Uri(origin) is { Scheme: "http", IsLoopback: false };

    static IEnumerable<Finding> OfProxies(ProxyOptions proxy, HandstampOptions service)
    {
        if (service.IsHttps && proxy.Networks.Count == 0)
            yield return new("Proxy:Networks",
                "Issuer is https, so a proxy is in front of the service. Without the proxy's address here, all callers count as one "
                + "network: the failed logins of one caller slow down everyone.");
        if (proxy.Networks.FirstOrDefault(network => TrustedProxies.IsOfCallers(TrustedProxies.Parse(network))) is { } wide)
            yield return new("Proxy:Networks",
                $"{wide} includes callers, and their claims about their own address are then believed. Throttling by network and "
                + "the connection limit stop nobody, and the device list shows forged addresses. List only your proxies.");
    }

    static IEnumerable<Finding> OfCommandLine(EffectiveSettings settings, PostgresServer? server)
    {
        const string Text = "anyone who can list the processes of this machine can read it on the command line. Use an environment "
            + "variable or a file.";
        if (settings.IsOnCommandLine(KnownSettings.MasterKey)) yield return new(KnownSettings.MasterKey, Text);
        if (settings.IsOnCommandLine(KnownSettings.MailPassword)) yield return new(KnownSettings.MailPassword, Text);
        if (settings.IsOnCommandLine(KnownSettings.FormerSecret)) yield return new(KnownSettings.FormerSecret, Text);
        if (settings.IsOnCommandLine(KnownSettings.SiteVerifySecret)) yield return new(KnownSettings.SiteVerifySecret, Text);
        if (settings.IsOnCommandLine(KnownSettings.ConnectionString) && server is { HasPassword: true })
            yield return new(KnownSettings.ConnectionString, "it contains a password, and " + Text);
    }

    static IEnumerable<Finding> OfStorage(PostgresServer? server)
    {
        if (server is { IsLinePlain: true })
            yield return new("Storage:ConnectionString",
                "the connection to the database does not require encryption. Anyone on the network path can read and change the data. "
                + "Omit SSL Mode, or better, set SSL Mode=VerifyFull and the Root Certificate.");
        else if (server is { IsLineOpen: true })
            yield return new("Storage:ConnectionString",
                "the connection to the database is encrypted, but another server could impersonate the database. Set SSL "
                + "Mode=VerifyFull and the Root Certificate.");
        if (server is { GivesPasswordAway: true })
            yield return new("Storage:ConnectionString",
                "with this Require Auth, a server that impersonates the database can ask for the password or an equivalent. "
                + "Omit Require Auth: then only SCRAM is used, which never reveals the password.");
    }

    static IEnumerable<Finding> OfMasterKey(KeyOptions keys, StorageOptions storage)
    {
        if (keys.MasterKey is not null) yield break;
        var file = keys.MasterKeyFile ?? MasterKeyFile.In(storage).Path;
        if (MasterKeyFile.OpenMode(file) is not { } mode) yield break;
        yield return Opened("Keys:MasterKeyFile", file, "read or written", mode,
            "Anyone with this file and a copy of the database controls all sessions. Set its mode to 400; in Kubernetes, set defaultMode "
            + "of the volume.");
    }

    static IEnumerable<Finding> OfFiles(StorageOptions storage, SqliteFile? database)
    {
        if (MasterKeyFile.OpenMode(storage.DataDirectory) is { } mode && (mode & OfWriters) != 0)
            yield return Opened(KnownSettings.DataDirectory, storage.DataDirectory, "written", mode,
                "Anyone who can write there can put other files in the place of the database and the keys. Set its mode to 700.",
                (mode & UnixFileMode.OtherWrite) == 0);
        if (database is not null && ReachableMode(database.Path) is { } open)
            yield return Opened(KnownSettings.DataDirectory, database.Path, "read or written", open,
                "It has the accounts with their password hashes, and the sessions. Set its mode to 600.");
    }

    static IEnumerable<Finding> OfSecrets(EffectiveSettings settings, PostgresServer? server)
    {
        if (settings.SecretsInFile() is not var (file, keys) || ReachableMode(file) is not { } mode) yield break;
        foreach (var key in keys)
            if (key != KnownSettings.ConnectionString || server is { HasPassword: true })
                yield return Opened(key, file, "read or written", mode, "It has this secret. Set its mode to 600, or use an environment variable.");
    }

    // Others may do nothing with a file in a directory that they may not enter.
    static UnixFileMode? ReachableMode(string file) =>
        MasterKeyFile.OpenMode(Path.GetDirectoryName(Path.GetFullPath(file))!) is null ? null : MasterKeyFile.OpenMode(file);

    // A group is often the service's own, as that of a mounted secret.
    static Finding Opened(string key, string path, string done, UnixFileMode mode, string risk, bool? onlyToGroup = null)
    {
        var byGroup = onlyToGroup ?? (mode & MasterKeyFile.OfEverybody) == 0;
        return new(key, $"{path} can be {done} by {(byGroup ? "its group" : "every user of this machine")} (mode "
            + $"{Convert.ToString((int)mode, 8)}). {risk}", IsNote: byGroup);
    }

    static IEnumerable<Finding> OfTelemetry(TelemetryOptions telemetry, ListenOptions listen, HandstampOptions service)
    {
        // A public issuer means a proxy, which passes /metrics on like the rest.
        if (telemetry.Prometheus && !(IsLoopback(listen) && new Uri(service.Issuer).IsLoopback))
            yield return new("Telemetry:Prometheus",
                "anyone who can reach the service, also through a proxy, can read /metrics. Block this path at the proxy.");
    }

    static bool IsLoopback(ListenOptions listen) =>
        ListenUrl.TryParseAll(listen.Urls, out var urls, out _) && urls.All(url => url.IsLoopback);
}
