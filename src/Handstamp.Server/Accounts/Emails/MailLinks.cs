using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>The addresses that mails link to.</summary>
sealed class MailLinks(IOptions<AccountOptions> accounts, IOptions<HandstampOptions> service)
{
    /// <summary>Where the secret goes in the address of an app's own page.</summary>
    public const string Place = "{token}";

    /// <summary>The page of the service.</summary>
    public const string ResetRoute = "/account/reset";

    /// <summary>The page on which the new password is entered. To open it spends nothing: scanners of mails do that.</summary>
    public string Reset(SecretText secret) =>
        (accounts.Value.ResetUrl ?? $"{service.Value.Origin}{service.Value.PathOf(ResetRoute)}?token={Place}")
        .Replace(Place, secret.Reveal(), StringComparison.Ordinal);
}
