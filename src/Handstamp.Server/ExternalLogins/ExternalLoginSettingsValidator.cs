using System.Text.RegularExpressions;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.ExternalLogins;

/// <summary>For every fault in a provider's settings, names the setting and what it has to be.</summary>
sealed partial class ExternalLoginSettingsValidator : IValidateOptions<ExternalLoginSettings>
{
    public ValidateOptionsResult Validate(string? name, ExternalLoginSettings options)
    {
        string[] faults =
        [
            .. options.Providers.SelectMany(provider => FaultsOf(provider.Key, provider.Value)),
            .. SharedRedirects(options.Providers),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOf(string name, ExternalProviderOptions options)
    {
        var key = $"{ExternalLoginSettings.Section}:{name}";
        if (!Name().IsMatch(name))
            yield return $"{key}: the name of a provider has to be 1 to 32 lowercase letters, digits and hyphens.";
        if (options.Kind is { } given && !Enum.IsDefined(given))
            yield return $"{key}:Kind is {given}; it has to be one of {string.Join(", ", Enum.GetNames<ProviderKind>()).ToLowerInvariant()}.";
        var provider = new ProviderSettings(name, options);
        if (!IsAddress(provider.Issuer))
            yield return $"{key}:Issuer is '{options.Issuer}'; it has to be the https address that the provider names as its issuer.";
        if (string.IsNullOrEmpty(options.ClientId))
            yield return $"{key}:ClientId is missing. The provider gives it to you when you register this service there.";
        foreach (var fault in CredentialFaults(key, provider)) yield return fault;
        foreach (var uri in options.RedirectUris.Where(uri => !IsRedirect(uri)))
            yield return $"{key}:RedirectUris contains '{uri}'; each has to be an https address, or an app's own scheme, without query "
                + "and fragment, such as https://app.example.com/callback.";
        if (options.RedirectUris.Count > 0 && provider.Facts.AnswersWithForm)
            yield return $"{key}:RedirectUris: this provider answers with a form, which an app cannot read. Use the pages of the service, "
                + "or the provider's own library with AppClientIds.";
        if (options.AppClientIds.Count > 0 && !(provider.Facts.IsOidc && provider.Facts.ReturnsNonce))
            yield return $"{key}:AppClientIds: this provider has no ID token that an app could send.";
    }

    static IEnumerable<string> CredentialFaults(string key, ProviderSettings provider)
    {
        var options = provider.Options;
        if (provider.Kind != ProviderKind.Apple)
        {
            if (string.IsNullOrEmpty(options.ClientSecret)) yield return $"{key}:ClientSecret is missing.";
            if ((options.TeamId ?? options.KeyId ?? options.KeyFile) is not null)
                yield return $"{key}: TeamId, KeyId and KeyFile are only for Apple.";
            yield break;
        }
        if (options.ClientSecret is not null) yield return $"{key}:ClientSecret: Apple has a key instead: TeamId, KeyId and KeyFile.";
        if (string.IsNullOrEmpty(options.TeamId)) yield return $"{key}:TeamId is missing.";
        if (string.IsNullOrEmpty(options.KeyId)) yield return $"{key}:KeyId is missing.";
        if (AppleSecret.Fault(options.KeyFile) is { } fault) yield return $"{key}:KeyFile: {fault}";
    }

    // RFC 9700 §4.4.2: with an address of its own for each, the answer of one provider is never taken for another's.
    static IEnumerable<string> SharedRedirects(Dictionary<string, ExternalProviderOptions> providers) => providers
        .SelectMany(provider => provider.Value.RedirectUris.Distinct(StringComparer.Ordinal).Select(uri => (uri, provider.Key)))
        .GroupBy(entry => entry.uri, entry => entry.Key, StringComparer.Ordinal)
        .Where(shared => shared.Count() > 1)
        .Select(shared => $"{ExternalLoginSettings.Section}: {shared.Key} is a redirect URI of {string.Join(" and ", shared)}. Each provider "
            + "needs its own, so that the answer of one cannot be mistaken for the other's.");

    static bool IsAddress(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var uri) && OutgoingHttp.IsSecure(uri) && uri is { Query: "", Fragment: "", UserInfo: "" };

    static bool IsRedirect(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (OutgoingHttp.IsSecure(uri) || !(uri.Scheme is "http" or "javascript" or "data" or "file"))
        && text.AsSpan().IndexOfAny('?', '#') < 0 && uri.UserInfo.Length == 0;

    [GeneratedRegex(@"^[a-z0-9-]{1,32}\z")]
    private static partial Regex Name();
}
