using System.Net;
using Handstamp.Server.Accounts.Emails;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// How failures are counted by device. A device on which the right password was given before has a counter of its own, so
/// that strangers, however many they are, cannot keep the owner out. All other devices together have only so many failures.
/// After that they need a mail (NIST SP 800-63B-4 §3.2.2).
/// </summary>
sealed class KnownDevices(
    IThrottleStore throttles, KeyRingService keys, MailNotices mails, IOptions<AccountOptions> options, TimeProvider clock)
{
    // A browser can have cookies that others have planted. Each costs up to four MACs.
    const int MostCandidates = 4;

    AccountThrottleOptions Rules => options.Value.Throttle;

    /// <summary>The token to keep on a device on which the right password was given just now.</summary>
    public DeviceToken Remember(IEnumerable<string> tokens, Identifier name)
    {
        var subject = name.Canonical;
        DeviceToken[] parsed = [.. Parse(tokens)];
        var token = Find(parsed, subject) ?? parsed.FirstOrDefault() ?? DeviceToken.Create();
        return token.With(subject, keys.Ring, keys.Ring.MacKey(clock.Now()));
    }

    /// <summary>Whether the right password of this name was given on the device that has these tokens.</summary>
    public bool IsKnown(string subject, IEnumerable<string> tokens) => Find(Parse(tokens), subject) is not null;

    /// <summary>The counters of failures of a person who is logged in.</summary>
    public IReadOnlyList<Throttle> FailuresOf(string subject, IPAddress address) =>
        [new(ThrottleKeys.ForAccount(subject), Rules.Account), new(ThrottleKeys.ForNetwork(address), Rules.Network)];

    /// <summary>The counters of failures of a person who has these device tokens.</summary>
    public IReadOnlyList<Throttle> FailuresOf(string subject, IPAddress address, IEnumerable<string> tokens) =>
        Find(Parse(tokens), subject) is { } device
            // Not that of its network: strangers may share it.
            ?
            [
                new(ThrottleKeys.ForDevice(device.Number, subject), Rules.Account),
                // Who knew a former password may have made many devices known.
                new(ThrottleKeys.ForKnownDevices(subject), Rules.Network),
            ]
            : [.. FailuresOf(subject, address), .. FailuresElsewhere(subject)];

    /// <summary>The owner has shown that they read the mail of the account, so unknown devices may try again.</summary>
    public Task ForgetFailuresAsync(Account account) => throttles.ForgetAsync(
        [.. account.Identifiers.Select(one => ThrottleKeys.ForUnknownDevices(one.Canonical))]);

    DeviceToken? Find(IEnumerable<DeviceToken> tokens, string subject) => tokens.FirstOrDefault(token => token.Knows(subject, keys.Ring));

    static IEnumerable<DeviceToken> Parse(IEnumerable<string> tokens)
    {
        foreach (var text in tokens.Take(MostCandidates))
            if (DeviceToken.TryParse(text, out var token)) yield return token;
    }

    // Without mails there is no such limit, and none for a username, whose account may have no address: nobody could get in again,
    // and strangers could lock anyone out. A right password does not reset the counter: a stranger who guesses would see from it that
    // the owner logs in.
    IEnumerable<Throttle> FailuresElsewhere(string subject) => mails.IsOn && Identifier.Of(subject).Kind == IdentifierKind.Email
        ? [new(ThrottleKeys.ForUnknownDevices(subject), ThrottleRule.UntilForgotten(Rules.UnknownDeviceFailures))]
        : [];
}
