using System.Globalization;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts;

/// <summary>
/// At which domains people may have their addresses, and at which not. <c>example.com</c> is this domain, <c>*.example.com</c> is every
/// domain below it. A refused domain stays refused, whatever is allowed. It decides about new addresses only.
/// </summary>
sealed class MailDomains(IOptions<AccountOptions> options)
{
    const string Below = "*.";

    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    readonly string[] _allowed = Canonical(options.Value.AllowedMailDomains);
    readonly string[] _refused = Canonical(options.Value.RefusedMailDomains);

    /// <summary>Whether new accounts need an address, because only some may be here.</summary>
    public bool DemandAddress => _allowed.Length > 0;

    /// <summary>Why nobody may have this valid address here; null if they may.</summary>
    public Refusal? Fault(string email)
    {
        if (_allowed.Length == 0 && _refused.Length == 0) return null;
        // A domain that can be written in other ways could be one of the lists.
        if (Canonical(email[(email.LastIndexOf('@') + 1)..]) is not { } domain) return new Refusal(Problems.EmailDomainNotAllowed);
        var isAllowed = _allowed.Length == 0 || _allowed.Any(one => Covers(one, domain));
        return isAllowed && !_refused.Any(one => Covers(one, domain)) ? null : new Refusal(Problems.EmailDomainNotAllowed);
    }

    /// <summary>What is wrong with an entry of the lists, in a sentence; null if nothing is.</summary>
    public static string? FaultOf(string entry) =>
        Canonical(WithoutBelow(entry)) is null ? $"'{entry}' is no domain; write it as example.com, or *.example.com for those below it." : null;

    /// <summary>
    /// The form in which domains are compared: lower case, and in ASCII (RFC 5891 §4.4). Null if it is not a domain, or has
    /// letters that others may read as other ones.
    /// </summary>
    public static string? Canonical(string domain)
    {
        try
        {
            var lower = Nfc.Of(domain).ToLowerInvariant();
            if (!DomainLetters.AreUnambiguous(lower)) return null;
            var ascii = Idn.GetAscii(lower).ToLowerInvariant();
            return ascii.EndsWith('.') ? ascii[..^1] : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static bool Covers(string entry, string domain) =>
        entry.StartsWith(Below, StringComparison.Ordinal) ? domain.EndsWith(entry[1..], StringComparison.Ordinal) : domain == entry;

    static string[] Canonical(IEnumerable<string> entries) =>
        [.. entries.Select(entry => entry[..^WithoutBelow(entry).Length] + Canonical(WithoutBelow(entry)))];

    static string WithoutBelow(string entry) => entry.StartsWith(Below, StringComparison.Ordinal) ? entry[Below.Length..] : entry;
}
