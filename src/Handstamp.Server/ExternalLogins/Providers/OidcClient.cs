using System.Diagnostics;
using System.Text.Json;
using Handstamp.Server.Http;
using Handstamp.Tokens;

namespace Handstamp.Server.ExternalLogins.Providers;

/// <summary>An OpenID Connect provider (OpenID Connect Core 1.0 §3.1).</summary>
sealed class OidcClient(ProviderSettings settings, ProviderHttp http, TimeProvider clock) : ProviderClient(settings, http)
{
    readonly ProviderDiscovery _discovery = new(settings, http, clock);
    readonly AppleSecret? _apple = settings.Kind == ProviderKind.Apple ? new AppleSecret(settings, clock) : null;

    public override async Task<string> AddressForAsync(ProviderRequest request, CancellationToken cancel) =>
        AddressFor((await _discovery.GetAsync(cancel)).Metadata.Authorization, request);

    public override async Task<ExternalIdentity> IdentifyAsync(ProviderRequest request, ProviderAnswer answer, CancellationToken cancel)
    {
        var known = await _discovery.GetAsync(cancel);
        // Before the code is sent anywhere (RFC 9207 §2.4).
        if (answer.Issuer is null ? known.Metadata.NamesIssuer : answer.Issuer != known.Metadata.Issuer)
            throw ProviderException.Refused("the answer is not from this issuer");

        var secret = _apple?.Create() ?? Settings.Options.ClientSecret!;
        var tokens = await RedeemAsync(known.Metadata.Token, request, answer.Code, secret, known.Metadata.TakesSecretInBody, cancel);
        var nonce = Settings.Facts.ReturnsNonce ? request.Nonce : null;
        var token = await VerifyAsync(known, tokens.RequiredText("id_token"), [Settings.ClientId], nonce, cancel);
        return IdentityOf(token, await DescribeAsync(known.Metadata, token, tokens.Text("access_token"), cancel));
    }

    /// <summary>The same with an ID token that an app has got from the provider's own library.</summary>
    public async Task<ExternalIdentity> IdentifyAsync(string idToken, string nonce, CancellationToken cancel)
    {
        var known = await _discovery.GetAsync(cancel);
        var token = await VerifyAsync(known, idToken, [Settings.ClientId, .. Settings.Options.AppClientIds], nonce, cancel);
        return IdentityOf(token, token.Claims);
    }

    async Task<IdToken> VerifyAsync(
        Discovered known, string jwt, IReadOnlyList<string> clientIds, string? nonce, CancellationToken cancel)
    {
        var rules = new IdTokenRules { Issuer = known.Metadata.Issuer, ClientIds = clientIds, Nonce = nonce };
        var outcome = IdTokenVerifier.Verify(jwt, known.Keys, rules, clock.Now());
        if (outcome is IdTokenOutcome.UnknownKey)
        {
            var newer = await _discovery.GetNewerAsync(known, cancel);
            outcome = IdTokenVerifier.Verify(jwt, newer.Keys, rules, clock.Now());
        }
        return outcome switch
        {
            IdTokenOutcome.Verified { Token: var token } => token,
            IdTokenOutcome.UnknownKey => throw ProviderException.Refused("its ID token names a key that it does not publish"),
            IdTokenOutcome.Refused { Reason: var reason } => throw ProviderException.Refused($"its ID token is not valid: {reason}"),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The claims with the address. Some providers have it only at the UserInfo endpoint (OpenID Connect Core 1.0 §5.3).</summary>
    async Task<JsonElement> DescribeAsync(ProviderMetadata metadata, IdToken token, string? accessToken, CancellationToken cancel)
    {
        // Microsoft's has the address too, but not the claim that says whether it can be trusted.
        if (token.Claims.Text("email") is not null || metadata.UserInfo is not { } endpoint || accessToken is null
            || Settings.Kind == ProviderKind.Microsoft || !Settings.Scopes.Split(' ').Contains("email"))
            return token.Claims;
        var answer = await Http.GetAsync(endpoint, accessToken, cancel);
        // §5.3.2: otherwise the access token of another person could have been put in.
        return answer.Text("sub") == token.Subject ? answer : throw ProviderException.Refused("its UserInfo answer is about another person");
    }

    ExternalIdentity IdentityOf(IdToken token, JsonElement claims)
    {
        var email = claims.Email("email");
        var label = email ?? claims.Text("preferred_username") ?? claims.Text("name");
        return new ExternalIdentity(
            Settings.Name, token.Issuer, token.Subject, ProviderMembers.Label(label),
            email is not null && Settings.Options.TrustEmail && IsProved(email, claims) ? email : null);
    }

    bool IsProved(string email, JsonElement claims) => Settings.Kind switch
    {
        // Google vouches for its own addresses and for those of its customers' domains; others may have a new owner by now
        // (developers.google.com/identity/gsi/web/guides/verify-google-id-token).
        ProviderKind.Google => claims.IsTrue("email_verified")
            && (email.EndsWith("@gmail.com", StringComparison.OrdinalIgnoreCase) || claims.Text("hd") is not null),
        // Every tenant can write any address. Only this optional claim says that the tenant owns the domain
        // (learn.microsoft.com/entra/identity-platform/migrate-off-email-claim-authorization).
        ProviderKind.Microsoft => claims.IsTrue("xms_edov") || claims.Number("xms_edov") is "1" || claims.Text("xms_edov") is "1",
        _ => claims.IsTrue("email_verified"),
    };
}
