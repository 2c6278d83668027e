using Handstamp.Server.Http;
using Microsoft.Extensions.Options;

namespace Handstamp.Server.Accounts.Former;

/// <summary>For every fault in the section, names the setting and what it has to be.</summary>
sealed class FormerSystemOptionsValidator : IValidateOptions<FormerSystemOptions>
{
    const int MinSecret = 16;
    const int MaxSecret = 512;

    public ValidateOptionsResult Validate(string? name, FormerSystemOptions options)
    {
        string[] faults = [.. FaultsOf(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOf(FormerSystemOptions options)
    {
        foreach (var (key, url) in new[] { ("PasswordUrl", options.PasswordUrl), ("SessionUrl", options.SessionUrl) })
            if (url is not null && !IsAddress(url))
                yield return $"FormerSystem:{key} is '{url}'; it has to be an https address without user and fragment, or http on this machine.";
        if ((options.PasswordUrl ?? options.SessionUrl) is not null && options.Secret is null)
            yield return "FormerSystem:Secret is missing. The callback recognizes this service by it.";
        if (options.SessionUrl is not null && options.Until is null)
            yield return "FormerSystem:Until is missing. Sessions of the former system come along until that day.";
        // It is not quoted: it may be a real secret with one wrong letter.
        if (options.Secret is { } secret && !(secret.Length is >= MinSecret and <= MaxSecret && secret.All(letter => letter is > ' ' and < '\x7f')))
            yield return $"FormerSystem:Secret has to have {MinSecret} to {MaxSecret} letters, digits and signs of ASCII, without spaces.";
    }

    static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && OutgoingHttp.IsSecure(uri) && uri is { Fragment: "", UserInfo: "" };
}
