using Microsoft.Extensions.Options;

namespace Handstamp.Client;

/// <summary>Each rule is one sentence and one failure.</summary>
sealed class HandstampClientOptionsValidator : IValidateOptions<HandstampClientOptions>
{
    public ValidateOptionsResult Validate(string? name, HandstampClientOptions options)
    {
        string[] failures = [.. Failures(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    public static IEnumerable<string> Failures(HandstampClientOptions options)
    {
        if (FaultOf(options.Url) is { } fault) yield return $"Handstamp: Url '{options.Url}' {fault}";
        foreach (var api in options.Apis)
            if (FaultOf(api) is { } apiFault) yield return $"Handstamp: Apis holds '{api}', which {apiFault}";
        if (options.Store is null) yield return "Handstamp: Store must not be null.";
    }

    static string? FaultOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return "must be an address, as in https://auth.example.com.";
        if (address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0)
            return "must have no query, fragment or user.";
        // An attacker on the network could otherwise read the tokens.
        return address.Scheme == "http" && !address.IsLoopback
            ? "must be https. Plain http is only for this machine."
            : null;
    }
}
