using Handstamp.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Handstamp.Bearer;

/// <summary>Each rule is one sentence and one failure.</summary>
sealed class HandstampBearerOptionsValidator(IHostEnvironment environment) : IValidateOptions<HandstampBearerOptions>
{
    static readonly TimeSpan LongestClockSkew = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, HandstampBearerOptions options)
    {
        string[] failures = [.. Failures(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    IEnumerable<string> Failures(HandstampBearerOptions options)
    {
        if (AuthorityFault(options.Authority) is { } fault)
            yield return $"Handstamp: Authority '{options.Authority}' {fault}";
        if (options.Audiences.Any(string.IsNullOrWhiteSpace))
            yield return "Handstamp: Audiences holds an empty name.";
        // The value is a secret, and a wrong one may be another secret: it is not repeated.
        if (options.Credential is { } credential && !IsCredential(credential))
            yield return "Handstamp: Credential is not a credential that `handstamp api add` printed (hsa_…).";
        if (!Enum.IsDefined(options.OnFeedLost))
            yield return $"Handstamp: OnFeedLost has the unknown value {options.OnFeedLost}.";
        if (options.MaxRememberedTokens is < 2 or > 1_000_000)
            yield return "Handstamp: MaxRememberedTokens must be from 2 to 1,000,000.";
        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > LongestClockSkew)
            yield return "Handstamp: ClockSkew must be from 0 to 5 minutes.";
        if (options.PublicOrigin is { } origin && !IsOrigin(origin))
            yield return $"Handstamp: PublicOrigin '{origin}' must be a scheme and a host, as in https://api.example.com.";
        if (options.PublicOrigin is null && AsksForProofs(options) && !environment.IsDevelopment())
            yield return "Handstamp: PublicOrigin must be set if RequireDpopNonce or DpopNonceKey is set. Proofs name the address that "
                + "callers see, such as https://api.example.com.";
        if (options.DpopNonceKey is { Length: not MacKey.SecretSize })
            yield return $"Handstamp: DpopNonceKey must have {MacKey.SecretSize} bytes.";
    }

    static string? AuthorityFault(string authority)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return "must be the address of the issuer, as in https://auth.example.com.";
        if (address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0)
            return "must have no query, fragment or user.";
        // An attacker on the network could otherwise deliver forged keys.
        return address.Scheme == "http" && !address.IsLoopback
            ? "must be https. Plain http is only for this machine."
            : null;
    }

    static bool AsksForProofs(HandstampBearerOptions options) => options.RequireDpopNonce || options.DpopNonceKey is not null;

    static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "https" or "http", UserInfo: "" }
        && uri.GetLeftPart(UriPartial.Authority) == text;

    static bool IsCredential(string credential) =>
        credential.StartsWith("hsa_", StringComparison.Ordinal) && credential.All(c => c is > ' ' and < '\x7f');
}
