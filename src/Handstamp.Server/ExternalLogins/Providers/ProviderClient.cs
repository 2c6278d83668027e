using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>What a login sends to a provider. A class and not a record: its text must not show the secrets.</summary>
sealed class ProviderRequest
{
    /// <summary>Where the provider sends the browser back.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Comes back in the address: the answer belongs to this request.</summary>
    public required string State { get; init; }

    /// <summary>Comes back in the ID token: the token belongs to this request.</summary>
    public required string Nonce { get; init; }

    /// <summary>PKCE (RFC 7636): only who sends it can use the code.</summary>
    public required string Verifier { get; init; }
}

/// <summary>What the browser has brought back. A class and not a record: its text must not show the code.</summary>
sealed class ProviderAnswer
{
    public required string Code { get; init; }

    /// <summary>The issuer, if the provider names it (RFC 9207).</summary>
    public string? Issuer { get; init; }
}

/// <summary>
/// One provider, with the authorization code flow of OAuth 2.0 (RFC 6749 §4.1). The access token is used for nothing but to ask
/// who the person is, and is not kept.
/// </summary>
abstract partial class ProviderClient(ProviderSettings settings, ProviderHttp http)
{
    public ProviderSettings Settings { get; } = settings;

    public ProviderHttp Http { get; } = http;

    /// <summary>The address to which the browser is sent.</summary>
    public abstract Task<string> AddressForAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Who has logged in at the provider. Throws only <see cref="ProviderException"/>.</summary>
    public abstract Task<ExternalIdentity> IdentifyAsync(ProviderRequest request, ProviderAnswer answer, CancellationToken cancel);

    protected string AddressFor(Uri authorization, ProviderRequest request)
    {
        var facts = Settings.Facts;
        List<KeyValuePair<string, string?>> query =
        [
            new("response_type", "code"), new("client_id", Settings.ClientId), new("redirect_uri", request.RedirectUri),
            new("scope", Settings.Scopes), new("state", request.State),
        ];
        if (facts is { IsOidc: true, ReturnsNonce: true }) query.Add(new("nonce", request.Nonce));
        if (facts.AnswersWithForm) query.Add(new("response_mode", "form_post"));
        if (facts.TakesPkce)
        {
            query.Add(new("code_challenge", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(request.Verifier)))));
            query.Add(new("code_challenge_method", "S256"));
        }
        var address = $"{authorization.AbsoluteUri}{(authorization.Query.Length > 0 ? '&' : '?')}{QueryString.Create(query).Value![1..]}";
        // It becomes a header.
        return address.All(letter => letter is > ' ' and < '\x7f') ? address : throw new ProviderException("its address is not an ASCII text");
    }

    /// <summary>The provider's answer to the code: its tokens.</summary>
    protected async Task<JsonElement> RedeemAsync(
        Uri endpoint, ProviderRequest request, string code, string secret, bool inBody, CancellationToken cancel)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", request.RedirectUri),
        ];
        if (Settings.Facts.TakesPkce) form.Add(new("code_verifier", request.Verifier));
        if (inBody) form.AddRange([new("client_id", Settings.ClientId), new("client_secret", secret)]);
        var (status, answer) = await Http.PostAsync(endpoint, form, inBody ? null : Basic(Settings.ClientId, secret), cancel);
        return status == HttpStatusCode.OK && !answer.TryGetProperty("error", out _) ? answer : throw Refusal(answer);
    }

    // RFC 6749 §2.3.1: both are encoded as in a form first.
    static AuthenticationHeaderValue Basic(string id, string secret) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(id)}:{WebUtility.UrlEncode(secret)}")));

    // Only these say that the code is at fault. All others, such as a wrong secret, are the operator's to solve.
    static ProviderException Refusal(JsonElement answer) => ErrorOf(answer) switch
    {
        "invalid_grant" or "bad_verification_code" => ProviderException.Refused("it does not accept the code"),
        var error => new ProviderException($"it refused the code with the error {error}"),
    };

    // Facebook's is an object: 100 is an invalid parameter, here the code.
    static string ErrorOf(JsonElement answer)
    {
        if (answer.Text("error") is { } error) return ErrorName().IsMatch(error) ? error : "that has no valid name";
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var inner) && inner.Number("code") is { } code
            ? code == "100" ? "invalid_grant" : code
            : "without a name";
    }

    [GeneratedRegex(@"^[a-z_]{1,64}\z")]
    private static partial Regex ErrorName();
}
