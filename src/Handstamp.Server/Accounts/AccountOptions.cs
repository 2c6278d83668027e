using System.Net;

namespace Handstamp.Server.Accounts;

/// <summary>The settings under <c>Accounts</c>.</summary>
sealed class AccountOptions
{
    /// <summary>The settings that are times.</summary>
    public static readonly IReadOnlyList<string> Times =
    [
        nameof(SecondFactorGrace), nameof(DeletionGrace), nameof(InvitationLifetime),
        "Throttle:AccountFirstDelay", "Throttle:AccountMaxDelay", "Throttle:NetworkFirstDelay", "Throttle:NetworkMaxDelay",
        "Throttle:RegistrationFirstDelay", "Throttle:RegistrationMaxDelay", "Throttle:Memory", "Throttle:LoginPeriod",
        "Throttle:MailPeriod",
    ];

    /// <summary>
    /// Who may register: with <c>open</c> (the default) everyone, with <c>invited</c> only people with an invitation, with
    /// <c>closed</c> nobody.
    /// </summary>
    public RegistrationMode Registration { get; set; } = RegistrationMode.Open;

    /// <summary>
    /// By what people are found who register: by an <c>email</c> address (the default), by a <c>username</c>, or by the one of
    /// <c>both</c> that they choose.
    /// </summary>
    public IdentifierMode Identifiers { get; set; } = IdentifierMode.Email;

    /// <summary>How long an invitation is valid: 7 days by default, 1 h to 60 days.</summary>
    public TimeSpan InvitationLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The only domains at which new addresses may be; without any, all. <c>example.com</c> is this domain, <c>*.example.com</c> is
    /// every domain below it.
    /// </summary>
    public string[] AllowedMailDomains { get; set; } = [];

    /// <summary>The domains at which no new address may be, also if they are allowed.</summary>
    public string[] RefusedMailDomains { get; set; } = [];

    /// <summary>
    /// Whether people have to show that their address is theirs: <c>off</c> (the default), <c>on</c> (a mail asks for it) or
    /// <c>required</c> (before that, nobody logs in with the password).
    /// </summary>
    public VerificationMode Verification { get; set; } = VerificationMode.Off;

    /// <summary>Whether people can log in with a mail instead of a password: off by default.</summary>
    public bool LoginByMail { get; set; }

    /// <summary>
    /// The app's own page for a new password, with <c>{token}</c> in it; without it, the page of the service. For example
    /// <c>https://app.example.com/reset#{token}</c>.
    /// </summary>
    public string? ResetUrl { get; set; }

    /// <summary>The same for the verification of an address.</summary>
    public string? VerifyUrl { get; set; }

    /// <summary>The same for a login by mail.</summary>
    public string? LoginUrl { get; set; }

    /// <summary>The same for a new address.</summary>
    public string? EmailChangeUrl { get; set; }

    /// <summary>The same for a change of address that is taken back.</summary>
    public string? EmailUndoUrl { get; set; }

    /// <summary>The same for an account that is to be deleted, and that its owner keeps.</summary>
    public string? RestoreUrl { get; set; }

    /// <summary>The same for an invitation.</summary>
    public string? InvitationUrl { get; set; }

    /// <summary>
    /// How long an account can still be kept after its owner has asked for its deletion: 14 days by default, 0 to 90 days. With
    /// 0 it is deleted at once.
    /// </summary>
    public TimeSpan DeletionGrace { get; set; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How many bytes of JSON an app may store in the profile of an account: 4096 by default, 0 (none) to 32768.
    /// </summary>
    public int ProfileDataLimit { get; set; } = 4096;

    /// <summary>Whether a second factor is <c>optional</c> (the default) or <c>required</c> for all accounts.</summary>
    public SecondFactorMode SecondFactor { get; set; } = SecondFactorMode.Optional;

    /// <summary>The roles whose accounts need a second factor, also if it is optional for the others.</summary>
    public string[] SecondFactorRoles { get; set; } = [];

    /// <summary>
    /// How long an account that needs a second factor can still log in without one, from the first login under that rule: 7 days
    /// by default, 0 to 365 days.
    /// </summary>
    public TimeSpan SecondFactorGrace { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The terms of use that people accept.</summary>
    public AccountTermsOptions Terms { get; set; } = new();

    /// <summary>How passwords are hashed.</summary>
    public AccountHashingOptions Hashing { get; set; } = new();

    /// <summary>How attempts are slowed down.</summary>
    public AccountThrottleOptions Throttle { get; set; } = new();

    /// <summary>Which passwords may be chosen.</summary>
    public AccountPasswordOptions Password { get; set; } = new();
}

/// <summary>The settings under <c>Accounts:Terms</c>.</summary>
sealed class AccountTermsOptions
{
    public const int MaxVersion = 64;

    public const string VersionRule = "1 to 64 letters, digits or .-_ characters";

    /// <summary>
    /// The version of the terms that is in force, such as a date. Without it, there are no terms. With a new one, people are asked
    /// to accept it.
    /// </summary>
    public string? Version { get; set; }

    /// <summary>Where the terms can be read. Needed with a version.</summary>
    public string? Url { get; set; }

    /// <summary>Where people can read what is done with their data.</summary>
    public string? PrivacyUrl { get; set; }

    public static bool IsVersion(string text) =>
        text.Length is > 0 and <= MaxVersion && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
}

/// <summary>Who needs a second factor.</summary>
enum SecondFactorMode
{
    /// <summary>An account that has one is asked for it.</summary>
    Optional,

    /// <summary>Every account needs one.</summary>
    Required,
}

/// <summary>By what a new account is found.</summary>
enum IdentifierMode
{
    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A username.</summary>
    Username,

    /// <summary>Either of them.</summary>
    Both,
}

/// <summary>Who may register.</summary>
enum RegistrationMode
{
    /// <summary>Everyone may register.</summary>
    Open,

    /// <summary>People with an invitation may register.</summary>
    Invited,

    /// <summary>Nobody may register; an operator adds accounts.</summary>
    Closed,
}

/// <summary>Whether people have to show that their address is theirs.</summary>
enum VerificationMode
{
    /// <summary>Nobody is asked for it.</summary>
    Off,

    /// <summary>A mail asks for it after the registration. It can wait.</summary>
    On,

    /// <summary>It comes before the first login with the password.</summary>
    Required,
}

/// <summary>
/// The settings under <c>Accounts:Hashing</c>. A changed cost applies to an account from its next login.
/// </summary>
sealed class AccountHashingOptions
{
    public const int MostMemoryKiB = 1024 * 1024;

    public const int MostPasses = 100;

    /// <summary>Memory of one Argon2id hash in KiB: 19456 by default, 7168 to 1048576.</summary>
    public int MemoryKiB { get; set; } = 19 * 1024;

    /// <summary>
    /// Passes of Argon2id over that memory: 2 by default, 1 to 100. Memory times passes is at least 35840 KiB.
    /// </summary>
    public int Passes { get; set; } = 2;

    /// <summary>
    /// How many hashes run at once. The default is all processors but one, which is left for other requests, and at
    /// least one. 1 to 1024.
    /// </summary>
    public int Concurrency { get; set; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>How many hashes may wait: 64 by default, 1 to 100000. More get 503 <c>server_busy</c>.</summary>
    public int QueueLimit { get; set; } = 64;
}

/// <summary>
/// The settings under <c>Accounts:Throttle</c>: within the memory, some failures are free. Each further one doubles the
/// delay until the next attempt, up to a maximum. They are forgotten one by one. Delays are 1 ms to 1 day.
/// </summary>
sealed class AccountThrottleOptions
{
    /// <summary>Free failures at one address, known or not: 5 by default, 1 to 10000.</summary>
    public int AccountFree { get; set; } = 5;

    /// <summary>The first delay after those: 1 s by default.</summary>
    public TimeSpan AccountFirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay: 15 min by default.</summary>
    public TimeSpan AccountMaxDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Failures at one address from devices on which its password was never given: 100 by default, 1 to 10000. After them, such
    /// devices need a mail. A month forgets one. Without mails there is only the delay.
    /// </summary>
    public int UnknownDeviceFailures { get; set; } = 100;

    /// <summary>Free failures from one network (an IPv4 address, an IPv6 /64): 50 by default, 1 to 10000.</summary>
    public int NetworkFree { get; set; } = 50;

    /// <summary>The first delay after those: 1 s by default.</summary>
    public TimeSpan NetworkFirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay: 1 min by default.</summary>
    public TimeSpan NetworkMaxDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Free registrations from one network: 20 by default, 1 to 10000.</summary>
    public int RegistrationFree { get; set; } = 20;

    /// <summary>The first delay after those: 1 s by default.</summary>
    public TimeSpan RegistrationFirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay: 10 min by default.</summary>
    public TimeSpan RegistrationMaxDelay { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The time in which the free number of failures or registrations is forgotten: 1 day by default, 1 min to 30 days.
    /// </summary>
    public TimeSpan Memory { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Successful logins of one account within the period: 300 by default, 1 to 10000.</summary>
    public int AccountLogins { get; set; } = 300;

    /// <summary>Successful logins from one network within the period: 1000 by default, 1 to 10000.</summary>
    public int NetworkLogins { get; set; } = 1000;

    /// <summary>The period for successful logins: 5 min by default, 1 min to 1 day.</summary>
    public TimeSpan LoginPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Mails that strangers can request to one address within the period: 5 by default, 1 to 10000.</summary>
    public int AddressMails { get; set; } = 5;

    /// <summary>Mails that can be requested from one network within the period: 50 by default, 1 to 10000.</summary>
    public int NetworkMails { get; set; } = 50;

    /// <summary>The period for requested mails: 1 h by default, 1 min to 1 day.</summary>
    public TimeSpan MailPeriod { get; set; } = TimeSpan.FromHours(1);

    public ThrottleRule Account => new(AccountFree, AccountFirstDelay, AccountMaxDelay, Memory);

    public ThrottleRule Network => new(NetworkFree, NetworkFirstDelay, NetworkMaxDelay, Memory);

    public ThrottleRule Registration => new(RegistrationFree, RegistrationFirstDelay, RegistrationMaxDelay, Memory);

    public ThrottleRule LoginsOfAccount => ThrottleRule.Pace(AccountLogins, LoginPeriod);

    public ThrottleRule MailsOfAddress => ThrottleRule.Pace(AddressMails, MailPeriod);

    public ThrottleRule MailsOfNetwork => ThrottleRule.Pace(NetworkMails, MailPeriod);

    public ThrottleRule LoginsOfNetwork => ThrottleRule.Pace(NetworkLogins, LoginPeriod);

    /// <summary>
    /// What a login counts for. With a password the subject is the name that was typed, otherwise <see cref="Account.Counted"/>.
    /// </summary>
    public Throttle[] LoginsOf(string subject, IPAddress address) =>
        [new(ThrottleKeys.ForLoginsOfAccount(subject), LoginsOfAccount), new(ThrottleKeys.ForLoginsOfNetwork(address), LoginsOfNetwork)];
}

/// <summary>The settings under <c>Accounts:Password</c>.</summary>
sealed class AccountPasswordOptions
{
    public const int LeastMinLength = 8;

    /// <summary>
    /// The minimum length of a new password in characters: 8 by default, 8 to 64. NIST SP 800-63B requires 15 if the
    /// password is the only factor.
    /// </summary>
    public int MinLength { get; set; } = LeastMinLength;

    /// <summary>
    /// A list of breached passwords, made by <c>handstamp passwords import</c>. None by default. A new password may not be in it.
    /// </summary>
    public string? BreachedFile { get; set; }

    /// <summary>
    /// Words that attackers of this service try: its name, the company, the products. None by default, at most 100, each of 4 to 64
    /// characters. A new password may not be little more than these, in upper or lower case.
    /// </summary>
    public string[] Words { get; set; } = [];
}
