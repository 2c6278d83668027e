using Handstamp.Server.Accounts.Breached;
using Handstamp.Server.Accounts.Emails;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>For every setting out of range, names the setting, its value, and the allowed range.</summary>
sealed class AccountOptionsValidator : IValidateOptions<AccountOptions>
{
    // The common work of OWASP's equivalent settings of Argon2id (46 MiB once … 7 MiB five times).
    const int LeastWork = 35 * 1024;

    const int MostFree = 10_000;

    static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest delay that can be set.</summary>
    public static readonly TimeSpan MostDelay = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        string[] faults =
        [
            .. RegistrationFaults(options.Registration),
            .. IdentifierFaults(options),
            .. VerificationFaults(options.Verification),
            .. UrlFaults("ResetUrl", "reset", options.ResetUrl),
            .. UrlFaults("VerifyUrl", "verify", options.VerifyUrl),
            .. UrlFaults("LoginUrl", "login", options.LoginUrl),
            .. UrlFaults("EmailChangeUrl", "email", options.EmailChangeUrl),
            .. UrlFaults("EmailUndoUrl", "undo", options.EmailUndoUrl),
            .. UrlFaults("RestoreUrl", "restore", options.RestoreUrl),
            .. Outside("DeletionGrace", options.DeletionGrace, TimeSpan.Zero, TimeSpan.FromDays(90)),
            .. Outside("ProfileDataLimit", options.ProfileDataLimit, 0, 32 * 1024),
            .. UrlFaults("InvitationUrl", "invitation", options.InvitationUrl),
            .. Outside("InvitationLifetime", options.InvitationLifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(60)),
            .. DomainFaults("AllowedMailDomains", options.AllowedMailDomains),
            .. DomainFaults("RefusedMailDomains", options.RefusedMailDomains),
            .. TermsFaults(options.Terms),
            .. SecondFactorFaults(options),
            .. HashingFaults(options.Hashing),
            .. ThrottleFaults(options.Throttle),
            .. Outside("Password:MinLength", options.Password.MinLength, AccountPasswordOptions.LeastMinLength, 64),
            .. BreachedFileFaults(options.Password.BreachedFile),
            .. WordFaults(options.Password.Words),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> RegistrationFaults(RegistrationMode mode) =>
        Enum.IsDefined(mode) ? [] : [$"Accounts:Registration is {mode}; it has to be open, invited or closed."];

    static IEnumerable<string> IdentifierFaults(AccountOptions options)
    {
        if (!Enum.IsDefined(options.Identifiers)) yield return $"Accounts:Identifiers is {options.Identifiers}; it has to be email, username or both.";
        // A person without an address would get around the list.
        if (options.Identifiers != IdentifierMode.Email && options.AllowedMailDomains.Length > 0)
            yield return "Accounts:Identifiers has to be email if Accounts:AllowedMailDomains is set.";
    }

    static IEnumerable<string> DomainFaults(string key, IEnumerable<string> domains) =>
        domains.Select(MailDomains.FaultOf).OfType<string>().Select(fault => $"Accounts:{key}: {fault}");

    static IEnumerable<string> TermsFaults(AccountTermsOptions terms)
    {
        if (terms.Version is { } version && !AccountTermsOptions.IsVersion(version))
            yield return $"Accounts:Terms:Version is '{version}'; it has to have {AccountTermsOptions.VersionRule}.";
        if ((terms.Version is null) != (terms.Url is null))
            yield return "Accounts:Terms:Version and Accounts:Terms:Url have to be set together.";
        if (terms is { Version: null, PrivacyUrl: not null })
            yield return "Accounts:Terms:PrivacyUrl is only shown beside the terms; set Accounts:Terms:Version and Accounts:Terms:Url too.";
        foreach (var (key, url) in new[] { ("Url", terms.Url), ("PrivacyUrl", terms.PrivacyUrl) })
            if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true })))
                yield return $"Accounts:Terms:{key} is '{url}'; it has to be an https address.";
    }

    static IEnumerable<string> SecondFactorFaults(AccountOptions options) =>
    [
        .. Enum.IsDefined(options.SecondFactor)
            ? Array.Empty<string>()
            : [$"Accounts:SecondFactor is {options.SecondFactor}; it has to be optional or required."],
        .. options.SecondFactorRoles.Any(string.IsNullOrWhiteSpace) ? ["Accounts:SecondFactorRoles has an empty role."] : Array.Empty<string>(),
        .. Outside("SecondFactorGrace", options.SecondFactorGrace, TimeSpan.Zero, TimeSpan.FromDays(365)),
    ];

    static IEnumerable<string> VerificationFaults(VerificationMode mode) =>
        Enum.IsDefined(mode) ? [] : [$"Accounts:Verification is {mode}; it has to be off, on or required."];

    static IEnumerable<string> UrlFaults(string key, string page, string? url)
    {
        if (url is null) yield break;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !url.Contains(MailLinks.Place, StringComparison.Ordinal)
            || !(uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true }))
            yield return $"Accounts:{key} is '{url}'; it has to be an https address with {MailLinks.Place} in it, such as "
                + $"https://app.example.com/{page}#{MailLinks.Place}.";
    }

    static IEnumerable<string> BreachedFileFaults(string? file) =>
        file is not null && BreachedPasswords.Fault(file) is { } fault ? [fault] : [];

    static IEnumerable<string> WordFaults(string[] words) =>
        words.Length <= PasswordPolicy.MaxWords && words.All(word => word.Length is >= PasswordPolicy.MinWordLength and <= PasswordPolicy.MaxWordLength)
            ? []
            : [$"Accounts:Password:Words can have {PasswordPolicy.MaxWords} words, of {PasswordPolicy.MinWordLength} to {PasswordPolicy.MaxWordLength} characters each."];

    static IEnumerable<string> HashingFaults(AccountHashingOptions hashing) =>
    [
        .. Outside("Hashing:MemoryKiB", hashing.MemoryKiB, 7 * 1024, AccountHashingOptions.MostMemoryKiB),
        .. Outside("Hashing:Passes", hashing.Passes, 1, AccountHashingOptions.MostPasses),
        .. Outside("Hashing:Concurrency", hashing.Concurrency, 1, 1024),
        .. Outside("Hashing:QueueLimit", hashing.QueueLimit, 1, 100_000),
        .. WorkFaults((long)hashing.MemoryKiB * hashing.Passes),
    ];

    static IEnumerable<string> WorkFaults(long work) => work >= LeastWork
        ? []
        : [$"Accounts:Hashing:MemoryKiB times Accounts:Hashing:Passes is {work}; it has to be at least {LeastWork}."];

    static IEnumerable<string> ThrottleFaults(AccountThrottleOptions throttle) =>
    [
        .. RuleFaults("Account", throttle.Account),
        .. RuleFaults("Network", throttle.Network),
        .. RuleFaults("Registration", throttle.Registration),
        .. Outside("Throttle:UnknownDeviceFailures", throttle.UnknownDeviceFailures, 1, MostFree),
        .. Outside("Throttle:Memory", throttle.Memory, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
        .. Outside("Throttle:AccountLogins", throttle.AccountLogins, 1, MostFree),
        .. Outside("Throttle:NetworkLogins", throttle.NetworkLogins, 1, MostFree),
        .. Outside("Throttle:LoginPeriod", throttle.LoginPeriod, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
        .. Outside("Throttle:AddressMails", throttle.AddressMails, 1, MostFree),
        .. Outside("Throttle:NetworkMails", throttle.NetworkMails, 1, MostFree),
        .. Outside("Throttle:MailPeriod", throttle.MailPeriod, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
    ];

    static IEnumerable<string> RuleFaults(string kind, ThrottleRule rule) =>
    [
        .. Outside($"Throttle:{kind}Free", rule.Free, 1, MostFree),
        .. Outside($"Throttle:{kind}FirstDelay", rule.FirstDelay, LeastDelay, MostDelay),
        .. Outside($"Throttle:{kind}MaxDelay", rule.MaxDelay, rule.FirstDelay, MostDelay),
    ];

    static IEnumerable<string> Outside<T>(string key, T value, T least, T most) where T : IComparable<T> =>
        value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0
            ? []
            : [$"Accounts:{key} is {value}; it has to be from {least} to {most}."];
}
