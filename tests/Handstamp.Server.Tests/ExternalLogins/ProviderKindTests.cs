using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>What the documentation of the ready kinds says, answer by answer.</summary>
public sealed class ProviderKindTests
{
    const string Tenant = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";

    [Fact]
    public async Task GitHub_is_asked_for_the_user_and_the_primary_verified_address()
    {
        await using var app = await ExternalApp.StartAsync(kind: "github");
        Answer(app, "/login/oauth/access_token", """{"access_token":"gho_16C7","scope":"user:email","token_type":"bearer"}""");
        Answer(app, "/api/v3/user", """{"login":"octocat","id":583231,"email":null,"name":"The Octocat"}""");
        Answer(app, "/api/v3/user/emails", """
            [{"email":"old@example.com","verified":true,"primary":false,"visibility":null},
             {"email":"octocat@example.com","verified":true,"primary":true,"visibility":"public"}]
            """);

        var (query, tokens) = await LoginAsync(app);

        Assert.Equal(("read:user user:email", "S256"), ((string?)query["scope"], (string?)query["code_challenge_method"]));
        Assert.DoesNotContain("nonce", query.Keys);
        Assert.Equal("octocat@example.com", (await app.MeAsync(tokens.AccessToken)).GetProperty("email").GetString());
        Assert.Equal("octocat", Assert.Single(await app.ListAsync(tokens.AccessToken)).GetProperty("label").GetString());
    }

    [Theory]
    [InlineData("""[{"email":"octocat@example.com","verified":false,"primary":true}]""")]
    [InlineData("""[{"email":"octocat@example.com","verified":true,"primary":false}]""")]
    [InlineData("[]")]
    [InlineData("""{"message":"Not Found"}""")]
    public async Task GitHub_s_other_addresses_are_not_taken(string emails)
    {
        await using var app = await ExternalApp.StartAsync(kind: "github");
        Answer(app, "/login/oauth/access_token", """{"access_token":"gho_16C7"}""");
        Answer(app, "/api/v3/user", """{"login":"octocat","id":583231,"email":"octocat@example.com"}""");
        Answer(app, "/api/v3/user/emails", emails);

        var (_, tokens) = await LoginAsync(app);

        Assert.False((await app.MeAsync(tokens.AccessToken)).TryGetProperty("email", out _));
    }

    [Theory]
    [InlineData("bad_verification_code", HttpStatusCode.Unauthorized, "external_login_failed")]
    [InlineData("incorrect_client_credentials", HttpStatusCode.ServiceUnavailable, "external_provider_unavailable")]
    public async Task GitHub_says_with_200_that_a_code_is_wrong(string error, HttpStatusCode status, string code)
    {
        await using var app = await ExternalApp.StartAsync(kind: "github");
        Answer(app, "/login/oauth/access_token", $$"""{"error":"{{error}}","error_description":"The code passed is incorrect or expired."}""");
        var started = await app.StartLoginAsync();

        using var answer = await app.EndLoginAsync(started.Ceremony, Approved(started));

        await ExternalApp.RefusedAsync(answer, status, code);
    }

    [Theory]
    [InlineData("gho_\\r\\nX-Evil: 1")]
    [InlineData("gho_ä")]
    [InlineData("")]
    public async Task An_access_token_that_is_none_is_not_sent_on(string token)
    {
        await using var app = await ExternalApp.StartAsync(kind: "github");
        Answer(app, "/login/oauth/access_token", $$"""{"access_token":"{{token}}"}""");
        var started = await app.StartLoginAsync();

        using var answer = await app.EndLoginAsync(started.Ceremony, Approved(started));

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
    }

    [Theory]
    [InlineData("true", "nelly@example.com")]
    [InlineData("false", null)]
    public async Task Discord_says_whether_the_address_is_verified(string verified, string? email)
    {
        await using var app = await ExternalApp.StartAsync(kind: "discord");
        Answer(app, "/api/oauth2/token", """{"access_token":"6qrZcUqja7812RVdnEKjpzOL4CvHBFG","token_type":"Bearer","expires_in":604800}""");
        Answer(app, "/api/users/@me", $$"""{"id":"80351110224678912","username":"nelly","discriminator":"0","email":"nelly@example.com","verified":{{verified}}}""");

        var (query, tokens) = await LoginAsync(app);

        Assert.Equal("identify email", query["scope"]);
        Assert.Equal(email, Email(await app.MeAsync(tokens.AccessToken)));
        Assert.Equal("nelly", Assert.Single(await app.ListAsync(tokens.AccessToken)).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Facebook_s_address_is_only_shown()
    {
        await using var app = await ExternalApp.StartAsync(kind: "facebook");
        Answer(app, "/v24.0/oauth/access_token", """{"access_token":"EAAC","token_type":"bearer","expires_in":5183944}""");
        Answer(app, "/v24.0/me", """{"id":"10158912345678901","name":"Ada Lovelace","email":"ada@example.com"}""");

        var (_, tokens) = await LoginAsync(app);

        Assert.Null(Email(await app.MeAsync(tokens.AccessToken)));
        Assert.Equal("ada@example.com", Assert.Single(await app.ListAsync(tokens.AccessToken)).GetProperty("label").GetString());
    }

    [Fact]
    public async Task Facebook_says_with_an_object_that_a_code_is_wrong()
    {
        await using var app = await ExternalApp.StartAsync(kind: "facebook");
        Answer(app, "/v24.0/oauth/access_token",
            """{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100,"error_subcode":36009}}""", 400);
        var started = await app.StartLoginAsync();

        using var answer = await app.EndLoginAsync(started.Ceremony, Approved(started));

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Fact]
    public async Task LinkedIn_gets_neither_a_challenge_nor_a_nonce_and_the_secret_in_the_body()
    {
        await using var app = await ExternalApp.StartAsync(kind: "linkedin");
        var form = new Dictionary<string, string>();
        app.Provider.Answers["/token"] = async context =>
        {
            foreach (var (name, value) in await context.Request.ReadFormAsync()) form[name] = value.ToString();
            Assert.Empty(context.Request.Headers.Authorization.ToString());
            await ProviderDouble.WriteAsync(context, new JsonObject { ["id_token"] = app.Provider.IdToken(ExternalApp.Ada, nonce: null) });
        };

        var (query, tokens) = await LoginAsync(app);

        Assert.DoesNotContain("nonce", query.Keys);
        Assert.DoesNotContain("code_challenge", query.Keys);
        Assert.DoesNotContain("code_verifier", form.Keys);
        Assert.Equal((ProviderDouble.ClientId, ProviderDouble.ClientSecret), (form["client_id"], form["client_secret"]));
        Assert.Equal("ada@example.com", Email(await app.MeAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task An_app_has_no_ID_token_of_a_provider_that_has_none_or_returns_no_nonce()
    {
        foreach (var kind in (string[])["github", "discord", "facebook", "linkedin"])
        {
            await using var app = await ExternalApp.StartAsync(kind: kind);
            using var answer = await app.App.PostAsync("/login/external/start", new { provider = "corp" });
            await ExternalApp.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
        }
    }

    [Theory]
    [InlineData("ada@gmail.com", null, true)]
    [InlineData("ada@example.com", "example.com", true)]
    [InlineData("ada@example.com", null, false)]
    [InlineData("ada@notgmail.com", null, false)]
    public async Task Google_vouches_for_its_own_addresses_and_for_its_customers(string email, string? domain, bool isProved)
    {
        await using var app = await ExternalApp.StartAsync(kind: "google");
        app.Provider.Change = claims => { if (domain is not null) claims["hd"] = domain; };

        var tokens = await app.LoggedInAsync(new Person("1069", email));

        Assert.Equal(isProved ? email : null, Email(await app.MeAsync(tokens.AccessToken)));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("false", false)]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("\"1\"", true)]
    public async Task Microsoft_s_address_counts_only_if_its_tenant_owns_the_domain(string? claim, bool isProved)
    {
        await using var app = await ExternalApp.StartAsync(kind: "microsoft");
        // Every tenant can write this claim too.
        app.Provider.Change = claims =>
        {
            claims["email_verified"] = true;
            if (claim is not null) claims["xms_edov"] = JsonNode.Parse(claim);
        };

        var tokens = await app.LoggedInAsync();

        Assert.Equal(isProved ? "ada@example.com" : null, Email(await app.MeAsync(tokens.AccessToken)));
    }

    [Theory]
    [InlineData("common", Tenant, Tenant, true)]
    [InlineData("organizations", Tenant, Tenant, true)]
    [InlineData("common", Tenant, "9188040d-6c67-4c5b-b112-36a304b66dad", false)]
    [InlineData("common", Tenant, "not-a-guid", false)]
    [InlineData("common", null, Tenant, false)]
    public async Task Microsoft_has_an_issuer_for_each_tenant(string wanted, string? tid, string issuer, bool works)
    {
        await using var app = await ExternalApp.StartAsync(kind: "microsoft", more: provider => new()
        {
            ["ExternalLogins:corp:Issuer"] = $"{provider.Issuer}/{wanted}/v2.0",
        });
        app.Provider.Answers[$"/{wanted}/v2.0/.well-known/openid-configuration"] = context => ProviderDouble.WriteAsync(context, new JsonObject
        {
            ["issuer"] = $"{app.Provider.Issuer}/{{tenantid}}/v2.0",
            ["authorization_endpoint"] = $"{app.Provider.Issuer}/authorize",
            ["token_endpoint"] = $"{app.Provider.Issuer}/token",
            ["jwks_uri"] = $"{app.Provider.Issuer}/keys",
        });
        app.Provider.Change = claims =>
        {
            claims["iss"] = $"{app.Provider.Issuer}/{issuer}/v2.0";
            if (tid is not null) claims["tid"] = tid;
        };

        if (works) await app.LoggedInAsync();
        else await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Fact]
    public async Task A_tenant_that_was_chosen_is_not_replaced_by_another()
    {
        await using var app = await ExternalApp.StartAsync(kind: "microsoft", more: provider => new() { ["ExternalLogins:corp:Issuer"] = $"{provider.Issuer}/{Tenant}/v2.0" });
        app.Provider.Describe = json => json["issuer"] = $"{app.Provider.Issuer}/{{tenantid}}/v2.0";
        app.Provider.Answers[$"/{Tenant}/v2.0/.well-known/openid-configuration"] = context => ProviderDouble.WriteAsync(context, app.Provider.Metadata());

        using var answer = await app.App.PostAsync("/login/external/start", new { provider = "corp", redirect_uri = "https://app.example.com/corp" });

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
    }

    [Theory]
    [InlineData(true, "ada@example.com")]
    [InlineData(false, null)]
    public async Task GitLab_s_address_is_at_the_UserInfo_endpoint(bool verified, string? email)
    {
        await using var app = await ExternalApp.StartAsync(kind: "gitlab");
        app.Provider.Describe = json => json["userinfo_endpoint"] = $"{app.Provider.Issuer}/oauth/userinfo";
        app.Provider.Answers["/oauth/userinfo"] = async context =>
        {
            Assert.Equal("Bearer at", context.Request.Headers.Authorization);
            await ProviderDouble.WriteAsync(context, new JsonObject { ["sub"] = "ada-at-corp", ["email"] = "ada@example.com", ["email_verified"] = verified });
        };

        var tokens = await app.LoggedInAsync(ExternalApp.Ada with { Email = null });

        Assert.Equal(email, Email(await app.MeAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task A_UserInfo_answer_about_another_person_is_refused()
    {
        await using var app = await ExternalApp.StartAsync();
        app.Provider.Describe = json => json["userinfo_endpoint"] = $"{app.Provider.Issuer}/me";
        Answer(app, "/me", """{"sub":"mallory","email":"ada@example.com","email_verified":true}""");

        await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed", ExternalApp.Ada with { Email = null });
    }

    [Fact]
    public async Task Apple_gets_a_secret_that_its_key_has_signed_and_answers_with_a_form()
    {
        using var folder = new TempDirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(folder.Path, "AuthKey_ABC123DEFG.p8");
        await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem());
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var provider = await ProviderDouble.StartAsync(clock);
        await using var app = await HandstampApp.StartAsync(new()
        {
            ["ExternalLogins:apple:Issuer"] = provider.Issuer,
            ["ExternalLogins:apple:ClientId"] = ProviderDouble.ClientId,
            ["ExternalLogins:apple:TeamId"] = "DEF123GHIJ",
            ["ExternalLogins:apple:KeyId"] = "ABC123DEFG",
            ["ExternalLogins:apple:KeyFile"] = file,
        }, clock: clock);
        JsonNode? header = null, claims = null;
        string? url = null;
        var signed = false;
        provider.Answers["/token"] = async context =>
        {
            var secret = (await context.Request.ReadFormAsync())["client_secret"].ToString();
            var parts = secret.Split('.');
            (header, claims) = (Json(parts[0]), Json(parts[1]));
            signed = key.VerifyData(System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256);
            var nonce = (string?)QueryHelpers.ParseQuery(new Uri(url!).Query)["nonce"];
            await ProviderDouble.WriteAsync(context, new JsonObject { ["access_token"] = "at", ["id_token"] = provider.IdToken(new Person("001.ada", "ada@privaterelay.appleid.com"), nonce) });
        };
        // Apple writes it as a text.
        provider.Change = token => token["email_verified"] = "true";
        using var browser = new PageBrowser(app);
        var start = await browser.GetAsync("/account/external/apple");
        url = start.Location;
        var query = QueryHelpers.ParseQuery(new Uri(url!).Query);
        Assert.Equal("form_post", query["response_mode"]);

        // The browser sends Apple's form without cookies, because it comes from another site.
        using var without = new PageBrowser(app);
        without.Headers["Origin"] = "https://appleid.apple.com";
        var forwarded = await without.PostAsync("/account/external/apple/callback",
            [new("code", "c123"), new("state", query["state"].ToString()), new("user", """{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"ada@example.com"}""")]);
        Assert.Equal($"/account/external/apple/callback?code=c123&state={query["state"]}", forwarded.Location);
        var end = await browser.GetAsync(forwarded.Location!);

        Assert.Equal("/account", end.Location);
        Assert.True(signed);
        Assert.Equal(("ES256", "ABC123DEFG"), (header!["alg"]!.GetValue<string>(), header["kid"]!.GetValue<string>()));
        Assert.Equal(("DEF123GHIJ", provider.Issuer, ProviderDouble.ClientId),
            (claims!["iss"]!.GetValue<string>(), claims["aud"]!.GetValue<string>(), claims["sub"]!.GetValue<string>()));
        Assert.InRange(claims["exp"]!.GetValue<long>() - clock.GetUtcNow().ToUnixTimeSeconds(), 1, 15_777_000);
        Assert.True((await browser.GetAsync("/account")).Has("ada@privaterelay.appleid.com"));
    }


    static async Task<(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> Query, TokenSet Tokens)> LoginAsync(ExternalApp app)
    {
        var started = await app.StartLoginAsync();
        using var answer = await app.EndLoginAsync(started.Ceremony, Approved(started));
        return (QueryHelpers.ParseQuery(new Uri(started.Url!).Query), await TokenSet.ReadAsync(answer));
    }

    static string Approved(Started started)
    {
        var query = QueryHelpers.ParseQuery(new Uri(started.Url!).Query);
        return QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = "c123", ["state"] = query["state"] });
    }

    static void Answer(ExternalApp app, string path, string json, int status = 200) => app.Provider.Answers[path] = context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json);
    };

    static string? Email(System.Text.Json.JsonElement me) => me.TryGetProperty("email", out var email) ? email.GetString() : null;

    static JsonNode Json(string segment) => JsonNode.Parse(Base64Url.DecodeFromChars(segment))!;
}
