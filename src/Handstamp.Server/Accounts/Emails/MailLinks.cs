using Handstamp.Server.Http;
using Handstamp.Server.Secrets;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Emails;

/// <summary>
/// The addresses that mails link to: pages with a button. To open one spends nothing: scanners of mails do that.
/// </summary>
sealed class MailLinks(IOptions<AccountOptions> accounts, IOptions<HandstampOptions> service)
{
    /// <summary>Where the secret goes in the address of an app's own page.</summary>
    public const string Place = "{token}";

    /// <summary>The pages of the service.</summary>
    public const string ResetRoute = "/account/reset";

    /// <inheritdoc cref="ResetRoute"/>
    public const string VerifyRoute = "/account/verify";

    /// <inheritdoc cref="ResetRoute"/>
    public const string LoginRoute = "/account/login/link";

    /// <inheritdoc cref="ResetRoute"/>
    public const string ChangeRoute = "/account/email/confirm";

    /// <inheritdoc cref="ResetRoute"/>
    public const string UndoRoute = "/account/email/undo";

    /// <inheritdoc cref="ResetRoute"/>
    public const string RestoreRoute = "/account/restore";

    /// <inheritdoc cref="ResetRoute"/>
    public const string InvitationRoute = "/account/invitation";

    /// <summary>The service itself.</summary>
    public string Service => $"{service.Value.Origin}{service.Value.PathOf("/")}";

    /// <summary>The page on which the new password is entered.</summary>
    public string Reset(SecretText secret) => Link(accounts.Value.ResetUrl, ResetRoute, secret);

    /// <summary>The page that verifies an address.</summary>
    public string Verify(SecretText secret) => Link(accounts.Value.VerifyUrl, VerifyRoute, secret);

    /// <summary>The page that logs in where it is opened.</summary>
    public string Login(SecretText secret) => Link(accounts.Value.LoginUrl, LoginRoute, secret);

    /// <summary>The page that replaces the address of an account.</summary>
    public string Change(SecretText secret) => Link(accounts.Value.EmailChangeUrl, ChangeRoute, secret);

    /// <summary>The page that takes this back.</summary>
    public string Undo(SecretText secret) => Link(accounts.Value.EmailUndoUrl, UndoRoute, secret);

    /// <summary>The page that keeps an account that is to be deleted.</summary>
    public string Restore(SecretText secret) => Link(accounts.Value.RestoreUrl, RestoreRoute, secret);

    /// <summary>The page that adds the account of an invited person.</summary>
    public string Invitation(SecretText secret) => Link(accounts.Value.InvitationUrl, InvitationRoute, secret);

    string Link(string? ofApp, string route, SecretText secret) =>
        (ofApp ?? $"{service.Value.Origin}{service.Value.PathOf(route)}?token={Place}").Replace(Place, secret.Reveal(), StringComparison.Ordinal);
}
