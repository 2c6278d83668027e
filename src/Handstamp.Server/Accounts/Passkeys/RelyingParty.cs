using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Passkeys;

/// <summary>This service as passkeys see it: the domain that they belong to, and who may use them there.</summary>
sealed class RelyingParty
{
    readonly FrozenSet<string> _accepted;

    public RelyingParty(IOptions<HandstampOptions> service, IOptions<PasskeyOptions> options)
    {
        Id = options.Value.RelyingPartyId ?? new Uri(service.Value.Issuer).Host;
        Apps = [.. options.Value.Apps.Select(app => PasskeyApp.Parse(app)!)];
        Origins = [.. new[] { service.Value.Origin }.Concat(options.Value.Origins).Distinct()];
        HasRelatedOrigins = options.Value.Origins.Count > 0;
        _accepted = Origins.Concat(Apps.OfType<PasskeyApp.Android>().Select(app => app.Origin)).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The domain: WebAuthn's RP ID.</summary>
    public string Id { get; }

    /// <summary>Browsers know no passkeys for an IP address.</summary>
    public bool IsDomain => Uri.CheckHostName(Id) == UriHostNameType.Dns;

    /// <summary>The service's own origin, and those of the settings.</summary>
    public IReadOnlyList<string> Origins { get; }

    public bool HasRelatedOrigins { get; }

    public IReadOnlyList<PasskeyApp> Apps { get; }

    /// <summary>What tells a browser which passkeys of the account are accepted. The list has to be whole.</summary>
    public AcceptedCredentials Signal(Guid accountId, IReadOnlyList<Passkey> all) => new(
        Id, Base64Url.EncodeToString(Encoding.UTF8.GetBytes(accountId.ToString())),
        [.. all.Select(passkey => Base64Url.EncodeToString(passkey.CredentialId))]);

    /// <summary>Compared byte by byte: a browser writes an origin in one form.</summary>
    public bool Accepts(string origin) => _accepted.Contains(origin);
}
