using System.Net;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Bearer.Tests;

public sealed class BearerHandlerTests : IAsyncLifetime
{
    /// <summary>The answer that tells clients that another token will work.</summary>
    const string Outdated = ", code=\"access_token_outdated\"";

    TestIssuer _issuer = null!;
    TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.FollowAsync(_issuer);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    async Task RefusesAsync(string token, string description, string code = "")
    {
        var answer = await _api.GetAsync("/me", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal($"Bearer error=\"invalid_token\", error_description=\"{description}\"{code}", answer.Challenge);
    }

    [Fact]
    public async Task A_good_token_is_accepted_without_a_default_scheme()
    {
        var answer = await _api.GetAsync("/me", _issuer.Issue());
        Assert.Equal((HttpStatusCode.OK, "account-1"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_name_of_the_scheme_is_not_case_sensitive()
    {
        var answer = await _api.SendAsync("/me", ("Authorization", "bEARER  " + _issuer.Issue()));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/me", HttpStatusCode.Unauthorized)]
    public async Task Without_a_token_a_protected_route_requests_one_and_names_no_error(string path, HttpStatusCode status)
    {
        var answer = await _api.GetAsync(path);
        Assert.Equal((status, status == HttpStatusCode.OK ? "" : "Bearer"), (answer.Status, answer.Challenge));
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer")]
    [InlineData("Bearer  ")]
    [InlineData("DPoP")]
    [InlineData("DPoP  ")]
    public async Task Other_credentials_than_a_bearer_token_are_ignored(string header)
    {
        var answer = await _api.SendAsync("/me", ("Authorization", header));
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task Two_authorization_headers_are_ignored()
    {
        var header = $"Authorization: Bearer {_issuer.Issue()}\r\n";
        Assert.StartsWith("HTTP/1.1 200 ", await _api.SendRawAsync("/me", header), StringComparison.Ordinal);

        var answer = await _api.SendRawAsync("/me", header + header);

        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nWWW-Authenticate: Bearer\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_the_query_is_ignored()
    {
        var answer = await _api.GetAsync("/me?access_token=" + _issuer.Issue());
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task A_bad_token_does_not_close_a_public_route()
    {
        var answer = await _api.GetAsync("/", "nonsense");
        Assert.Equal((HttpStatusCode.OK, ""), (answer.Status, answer.Challenge));
    }

    [Fact]
    public Task The_refusal_of_a_malformed_token_names_the_fault() =>
        RefusesAsync("nonsense", "The token is malformed: not three segments of ASCII text.");

    [Fact]
    public Task A_token_that_is_too_long_is_malformed() =>
        RefusesAsync(new string('a', 9000), "The token is malformed: longer than 8192 characters.");

    [Fact]
    public async Task The_refusal_of_an_expired_token_names_the_time_of_expiry()
    {
        var token = _issuer.Issue();
        await _api.GetAsync("/me", token);
        _issuer.Clock.Advance(TimeSpan.FromMinutes(10));
        await RefusesAsync(token, "The token expired at 2026-03-01T12:10:00Z.");
    }

    [Fact]
    public Task The_refusal_of_an_expired_token_that_was_never_seen_is_the_same() => RefusesAsync(
        _issuer.Issue(token => token with { ExpiresAt = _issuer.Clock.GetUtcNow() }),
        "The token expired at 2026-03-01T12:00:00Z.");

    [Fact]
    public Task The_refusal_of_a_token_of_the_future_names_its_start() => RefusesAsync(
        _issuer.Issue(token => token with { IssuedAt = token.IssuedAt.AddMinutes(1) }),
        "The token is not valid before 2026-03-01T12:01:00Z.");

    [Fact]
    public Task The_refusal_of_a_token_for_another_API_says_so() => RefusesAsync(
        _issuer.Issue(token => token with { Audience = ["https://other.example"] }), "The token is for another API.");

    [Fact]
    public Task The_refusal_of_a_token_of_another_issuer_says_so() => RefusesAsync(
        _issuer.Issue(token => token with { Issuer = "https://other.example" }), "The token is from another issuer.", Outdated);

    [Fact]
    public Task The_refusal_of_a_token_of_another_key_says_so() => RefusesAsync(
        _issuer.Issue(key: SigningKey.Create(JwsAlgorithm.Es256)),
        "The token is signed with a key that its issuer does not publish.", Outdated);

    [Fact]
    public async Task The_refusal_of_a_token_with_another_signature_says_so()
    {
        var (token, other) = (_issuer.Issue(), _issuer.Issue());
        await RefusesAsync(
            token[..token.LastIndexOf('.')] + other[other.LastIndexOf('.')..], "The token's signature is invalid.");
    }

    [Fact]
    public Task The_refusal_of_another_kind_of_token_says_so() => RefusesAsync(
        _issuer.Event(new RevokedKey("k")), "The token is not an access token.");

    [Fact]
    public async Task RequireRole_checks_the_roles()
    {
        var token = _issuer.Issue();
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/admin", token)).Status);
        var refused = await _api.GetAsync("/root", token);
        Assert.Equal((HttpStatusCode.Forbidden, ""), (refused.Status, refused.Challenge));
    }

    [Fact]
    public async Task A_scope_is_found_by_RequireScope_and_by_RequireClaim()
    {
        var token = _issuer.Issue();
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/orders", token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/claim", token)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("orders:reading orders")]
    public async Task The_refusal_of_a_token_without_the_scope_names_the_missing_scope(string? scope)
    {
        var answer = await _api.GetAsync("/orders", _issuer.Issue(token => token with { Scope = scope }));
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"orders:read\"", answer.Challenge);
    }

    [Fact]
    public async Task All_missing_scopes_are_named_at_once()
    {
        var answer = await _api.GetAsync("/orders/new", _issuer.Issue());
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"orders:write stock\"", answer.Challenge);
    }

    [Fact]
    public async Task The_claims_keep_the_names_of_the_token()
    {
        var answer = await _api.GetAsync("/claims", _issuer.Issue(token => token with
        {
            TokenId = "token-1",
            SessionId = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e"),
        }));
        Assert.Equal(
            $"""
            iss={_issuer.Address}
            sub=account-1
            http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier=account-1
            aud={_issuer.Address}
            client_id=web
            sid=0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e
            jti=token-1
            iat=1772366400
            exp=1772367000
            scope=profile
            scope=orders:read
            roles=admin
            roles=buyer
            amr=pwd
            acr=1
            auth_time=1772366400
            plan=gold
            """, answer.Body);
    }

    [Fact]
    public async Task A_change_of_one_requests_principal_is_not_visible_to_others()
    {
        var token = _issuer.Issue();
        Assert.Equal("False True", (await _api.GetAsync("/mark", token)).Body);
        Assert.Equal("False True", (await _api.GetAsync("/mark", token)).Body);
        Assert.Contains("plan=gold", (await _api.GetAsync("/claims", token)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_waits_for_a_key_holds_no_thread()
    {
        // The issuer's next answer lacks the key, so the question after it waits.
        _issuer.Published = [_issuer.Key.PublicKey];
        using var key = SigningKey.Create(JwsAlgorithm.Es256);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _api.GetAsync("/me", _issuer.Issue(key: key))).Status);
        await using var scope = _api.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = $"Bearer {_issuer.Issue(key: key)}";

        var waiting = context.AuthenticateAsync(HandstampBearerDefaults.AuthenticationScheme);

        Assert.False(waiting.IsCompleted);
        _issuer.Published = [key.PublicKey];
        await Eventually.TrueAsync(() => waiting.IsCompleted, "the key is there", () => _issuer.Clock.Advance(IssuerKeys.Pause));
        Assert.True((await waiting).Succeeded);
    }
}
