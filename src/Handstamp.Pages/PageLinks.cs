using Handstamp.Server.Http;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Pages;

/// <summary>The addresses of the pages, with the base path before them.</summary>
sealed class PageLinks
{
    public const string Root = BrowserCookie.Route;

    /// <summary>In the address of the login page: it asks also a person who is logged in.</summary>
    public const string Again = "again";

    /// <summary>In the address that begins a login at another service: the person does not want to be remembered.</summary>
    public const string Forget = "forget";

    // The address of an authorize request is long. Escaped, it is three times as long, and still fits into a request
    // line.
    const int MaxReturn = 2048;

    readonly HandstampOptions _service;
    readonly Brand _brand;
    readonly string _base;

    public PageLinks(IOptions<HandstampOptions> service, Brand brand) : this(service.Value, brand, before: "")
    {
    }

    PageLinks(HandstampOptions service, Brand brand, string before)
    {
        (_service, _brand) = (service, brand);
        _base = before + service.PathOf("/");
        Account = before + service.PathOf(Root);
    }

    /// <summary>The addresses as the caller sees them.</summary>
    public PageLinks On(HttpRequest request) =>
        request.PathBase.HasValue ? new PageLinks(_service, _brand, request.PathBase.ToUriComponent()) : this;

    public string Account { get; }

    public string Login => $"{Account}/login";

    public string SecondFactor => $"{Account}/login/code";

    public string Confirm => $"{Account}/confirm";

    public string ConfirmCode => $"{Confirm}/code";

    public string ConfirmPasskey => $"{Confirm}/passkey";

    public string Register => $"{Account}/register";

    public string Terms => $"{Account}/terms";

    public string Invitation => $"{Account}/invitation";

    public string Password => $"{Account}/password";

    public string Factors => $"{Account}/factors";

    public string AddTotp => $"{Factors}/totp";

    public string ConfirmTotp => $"{Factors}/totp/confirm";

    public string RecoveryCodes => $"{Factors}/recovery-codes";

    public string RemoveFactor(Guid id) => $"{Factors}/{id:D}/remove";

    /// <summary>The login page for a person who has to log in again, and then returns to this address.</summary>
    public string LoginAgainFor(string returnTo) => $"{Login}?{Again}=1&return={Uri.EscapeDataString(returnTo)}";

    public string Forgot => $"{Account}/forgot";

    public string Reset => $"{Account}/reset";

    public string Verify => $"{Account}/verify";

    public string VerifyCode => $"{Account}/verify/code";

    public string VerifyResend => $"{Account}/verify/resend";

    public string MailLogin => $"{Account}/login/mail";

    public string MailLoginCode => $"{Account}/login/mail/code";

    public string MailLoginLink => $"{Account}/login/link";

    public string Email => $"{Account}/email";

    public string Username => $"{Account}/username";

    public string EmailCode => $"{Account}/email/code";

    public string EmailConfirm => $"{Account}/email/confirm";

    public string EmailUndo => $"{Account}/email/undo";
    public string Passkeys => $"{Account}/passkeys";

    public string NewPasskey => $"{Passkeys}/new";

    public string ConditionalPasskey => $"{Passkeys}/conditional";

    public string ConditionalPasskeyOptions => $"{ConditionalPasskey}/options";

    public string Passkey(Guid id) => $"{Passkeys}/{id:D}";

    public string RemovePasskey(Guid id) => $"{Passkey(id)}/remove";

    public string LoginWithPasskey => $"{Login}/passkey";

    /// <summary>The routes of the API that the script asks for options.</summary>
    public string PasskeyLoginOptions => $"{_base}login/passkey/options";

    /// <inheritdoc cref="PasskeyLoginOptions"/>
    public string SecondPasskeyOptions => $"{_base}login/mfa/options";

    public string PasskeyScript => $"{Account}/passkeys.js?v={Brand.PasskeyScript.Version}";

    /// <summary>The script as a policy names it: this one, and no other of the host.</summary>
    public string PasskeyScriptSource => $"{_service.Origin}{Account}/passkeys.js";

    public PasskeyPages PasskeyPages => new($"{_service.Origin}{NewPasskey}", $"{_service.Origin}{Passkeys}");

    public string Logout => $"{Account}/logout";

    public string LogoutAll => $"{Account}/logout/all";

    public string Profile => $"{Account}/profile";

    public string Export => $"{Account}/export";

    public string Activity => $"{Account}/activity";

    public string Delete => $"{Account}/delete";

    public string Restore => $"{Account}/restore";

    public string LoginRestore => $"{Login}/restore";

    /// <summary>The address to go to after something was done: the account says what it was.</summary>
    public string After(string returnTo, string done) => returnTo == Account ? Account + done : returnTo;

    /// <summary>The route of the API that the script asks for a challenge.</summary>
    public string Challenge => $"{_base}challenge";

    public string ChallengeScript => $"{Account}/challenge.js?v={Brand.ChallengeScript.Version}";

    /// <inheritdoc cref="PasskeyScriptSource"/>
    public string ChallengeScriptSource => $"{_service.Origin}{Account}/challenge.js";

    public string ShowPasswordScript => $"{Account}/show-password.js?v={Brand.ShowPasswordScript.Version}";

    /// <inheritdoc cref="PasskeyScriptSource"/>
    public string ShowPasswordScriptSource => $"{_service.Origin}{Account}/show-password.js";

    public string Style => $"{Account}/style.css?v={_brand.Style.Version}";

    public string Logo => $"{Account}/logo?v={_brand.Logo.Version}";

    public string External(string provider) => $"{Account}/external/{provider}";

    public string ExternalCallback(string provider) => $"{External(provider)}/callback";

    public string LinkExternal(string provider) => $"{External(provider)}/link";

    public string UnlinkExternal(Guid id) => $"{Account}/external-logins/{id:D}/remove";

    public string Device(Guid id) => $"{Account}/devices/{id:D}";

    public string EndDevice(Guid id) => $"{Device(id)}/end";

    /// <summary>The login page, which then returns to this address.</summary>
    public string LoginFor(string returnTo) => With(Login, returnTo);

    /// <summary>A page with the address to return to.</summary>
    public string With(string page, string returnTo) =>
        returnTo == Account ? page : $"{page}?return={Uri.EscapeDataString(returnTo)}";

    /// <summary>A link with one more parameter.</summary>
    public static string With(string link, string name, string value) =>
        $"{link}{(link.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={Uri.EscapeDataString(value)}";

    /// <summary>
    /// The address to return to after the login, if it is a path of this service; otherwise the account. Without this
    /// check, a link that begins at a trusted login page could end at a malicious page.
    /// </summary>
    public string ReturnTo(string? wanted) => wanted is not null && IsOwn(wanted) ? wanted : Account;

    // "//host" and "/\host" lead to another host, and dots lead out of the base path. In a query they are harmless.
    bool IsOwn(string path) =>
        path.Length <= MaxReturn
        && path.StartsWith(_base, StringComparison.Ordinal)
        && !path.StartsWith("//", StringComparison.Ordinal)
        && path.All(letter => letter is > ' ' and < '\x7f' and not '\\')
        && !HasDots(WithoutQuery(path));

    static ReadOnlySpan<char> WithoutQuery(ReadOnlySpan<char> path) =>
        path.IndexOfAny('?', '#') is >= 0 and var end ? path[..end] : path;

    static bool HasDots(ReadOnlySpan<char> path) =>
        path.Contains("..", StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase);
}
