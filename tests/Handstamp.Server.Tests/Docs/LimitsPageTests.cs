using System.Globalization;
using System.Text.RegularExpressions;
using Handstamp.Pages;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Activity;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Accounts.Deletion;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Accounts.Export;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Accounts.Invitations;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Accounts.Profiles;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.ExternalLogins;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Handstamp.Server.Outbox;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Handstamp.Server.SignIn.Former;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Docs;

/// <summary>The table of every limit says what the code does.</summary>
public sealed partial class LimitsPageTests
{
    static readonly AccountOptions Accounts = new();
    static readonly AccountThrottleOptions Throttle = Accounts.Throttle;
    static readonly SessionOptions Sessions = new();

    static readonly (string Limit, string Value)[] InCode =
    [
        ("failed logins of a name (an e-mail address or a username) before delays begin", Number(Throttle.AccountFree)),
        ("longest delay for a name", Time(Throttle.AccountMaxDelay)),
        ("failed logins of a network before delays begin", Number(Throttle.NetworkFree)),
        ("longest delay for a network", Time(Throttle.NetworkMaxDelay)),
        ("registrations of a network before delays begin", Number(Throttle.RegistrationFree)),
        ("time in which these numbers are forgotten", Time(Throttle.Memory)),
        ("failures of an address on unknown devices before they need a mail, of which a month forgets one", Number(Throttle.UnknownDeviceFailures)),
        ("logins with a name of an account", Pace(Throttle.LoginsOfAccount)),
        ("logins of a network", Pace(Throttle.LoginsOfNetwork)),
        ("passwords that wait to be hashed", Number(Accounts.Hashing.QueueLimit)),
        ("tries of one code of a mail", Same(MailSecrets.Login.Code.Tries, MailSecrets.Verification.Code.Tries, MailSecrets.Change.Code.Tries)),
        ("wrong codes of mails for an address", Pace(MailCodes.OfAddress)),
        ("tries of one link", Same(
            MailSecrets.Login.Link.Tries, MailSecrets.Verification.Link.Tries, MailSecrets.Change.Link.Tries, MailSecrets.Undo.Tries,
            ResetSecrets.Requested.Tries, ResetSecrets.InNotice.Tries, InvitationOperations.Purpose.Tries)),
        ("wrong codes of authenticator apps for an account", Pace(SecondFactorCodes.Guesses)),
        ("tries of the second step of a login", Number(SignInAttempts.Purpose.Tries)),
        ("time for a whole login", Time(SignInAttempts.Life)),
        ("half-finished logins of an account", Number(SignInAttempts.Purpose.Most)),
        ("copies of an account's data", Pace(ExportOperations.OfAccount)),
        ("requests to another service at the same time", Number(ProviderHttp.MaxConcurrent)),
        ("questions to the former system about passwords at the same time, and the same again about sessions", Number(FormerCalls.MaxConcurrent)),

        ("requested mails to an address", Pace(Throttle.MailsOfAddress)),
        ("mails requested from a network", Pace(Throttle.MailsOfNetwork)),
        ("notices to the owner of an account, and the same again about logins", Pace(Throttle.MailsOfAddress)),
        ("changes of the address of an account", Pace(EmailChangeOperations.OfAccount)),
        ("requests for the deletion of an account", Pace(DeletionOperations.OfAccount)),
        ("mails that wait, if strangers request them", Number(MailRequests.MostWaiting)),
        ("time in which a mail is tried", Time(OutboxPauses.Lifetime)),

        ("link for a new password", Time(ResetSecrets.Life)),
        ("the same in a notice", Time(ResetSecrets.LifeInNotice)),
        ("link and code that verify an address, or change it", Same(MailSecrets.Verification.Life, MailSecrets.Change.Life)),
        ("link and code that log in", Time(MailSecrets.Login.Life)),
        ("link that takes a change of address back", Time(MailSecrets.UndoLife)),
        ("invitation", Time(Accounts.InvitationLifetime)),
        ("registration that waits for its verification", Time(PendingRegistrations.Life)),
        ("valid links of one kind for an account", Same(
            MailSecrets.Login.Link.Most, MailSecrets.Verification.Link.Most, MailSecrets.Change.Link.Most, ResetSecrets.Requested.Most,
            ResetSecrets.InNotice.Most, InvitationOperations.Purpose.Most)),
        ("the same of links that take a change of address back, or keep the account", Same(MailSecrets.Undo.Most, MailSecrets.Restore.Most)),
        ("visit to another service", Time(Ceremonies.Life)),
        ("challenge, from its making to its solution", Time(AltchaChallenges.Life)),
        ("response of another service's widget", $"{SiteVerifier.MaxLength} characters"),
        ("responses that are checked by another service at a time, on each node", Number(ProviderHttp.MaxConcurrent)),
        ("ceremony of a passkey", Time(PasskeyCeremonies.Timeout)),

        ("e-mail addresses, at an import", Number(Identifier.MostPerAccount)),
        ("authenticator apps", Number(SecondFactorOperations.MaxApps)),
        ("recovery codes", Number(RecoveryCodes.Count)),
        ("imported recovery codes", Number(RecoveryCodes.MostImported)),
        ("passkeys", Number(Passkey.Most)),
        ("external logins", Number(ExternalLoginOperations.MostPerAccount)),
        ("live sessions", Number(Sessions.MaxPerAccount)),
        // The address is the key of the row: InvitationStoreContract.
        ("invitations of an address", "1"),
        ("sessions in the list of devices", Number(SessionOperations.MaxDevices)),
        ("events in one answer of the activity", Number(ActivityOperations.MaxPage)),
        ("newest events in a copy of the data", Number(ActivityData.MaxEvents)),
        ("time in which a deletion can be taken back", Time(Accounts.DeletionGrace)),

        ("access token", Time(Sessions.AccessTokenLifetime)),
        ("session without a refresh", Time(Sessions.IdleLifetime)),
        ("the same if the person does not want to be remembered", Time(Sessions.TemporaryIdleLifetime)),
        ("session from its login on", Time(Sessions.AbsoluteLifetime)),
        ("recent login", Time(Sessions.RecentLogin)),

        ("body of a request", KiB(JsonBody.MaxLength)),
        ("form of a page", KiB(FormGate.MaxLength)),
        ("e-mail address", Characters(EmailAddress.MaxLength)),
        ("refresh token of a former system", KiB(LoginFormer.MaxLength)),
        ("username", $"{Username.MinLength} to {Characters(Username.MaxLength)}"),
        ("password, at least", Characters(Accounts.Password.MinLength)),
        ("password, at most", Characters(PasswordPolicy.MaxLength)),
        ("name of a session, an app or a passkey", Same(DeviceName.MaxLength, SecondFactorOperations.MaxName, PasskeyName.MaxLength) + " characters"),
        ("name of a role or a claim", Characters(AccountClaims.MaxNameLength)),
        ("value of a claim", Characters(AccountClaims.MaxValueLength)),
        ("roles and claims together, as JSON", Characters(AccountClaims.MaxLength)),
        ("version of the terms of use", Characters(AccountTermsOptions.MaxVersion)),
        ("name in a profile", Characters(Profile.MaxName)),
        ("address of a picture", Characters(Profile.MaxPicture)),
        ("locale", Characters(LanguageTag.MaxLength)),
        ("data of the app in a profile, as JSON in UTF-8", $"{Number(Accounts.ProfileDataLimit)} bytes"),
        ("stored part of a user agent", Characters(Origin.MaxUserAgent)),
        ("detail of an event", Characters(Event.MaxDetail)),
    ];

    [Fact]
    public void Every_row_has_the_value_of_the_code_and_every_value_has_a_row() => Assert.Equal(
        InCode,
        Row().Matches(Repository.Read("docs/reference/limits.md"))
            .Select(row => (row.Groups[1].Value, row.Groups[2].Value)).Where(row => row.Item1 is not ("limit" or "---")));

    static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    static string Characters(int count) => $"{Number(count)} characters";

    static string KiB(int bytes) => $"{Number(bytes / 1024)} KiB";

    static string Pace(ThrottleRule rule) => $"{Number(rule.Free)} in {Time(rule.Memory)}";

    static string Same(params int[] counts) => Number(Assert.Single(counts.Distinct()));

    static string Same(params TimeSpan[] times) => Time(Assert.Single(times.Distinct()));

    static string Time(TimeSpan time) => time switch
    {
        { Hours: 0, Minutes: 0, TotalDays: var days } => $"{Number((int)days)} d",
        { Minutes: 0, TotalHours: var hours } => $"{Number((int)hours)} h",
        { TotalMinutes: var minutes } => $"{Number((int)minutes)} min",
    };

    [GeneratedRegex(@"(?m)^\| ([^|]+) \| ([^|]+) \|")]
    private static partial Regex Row();
}
