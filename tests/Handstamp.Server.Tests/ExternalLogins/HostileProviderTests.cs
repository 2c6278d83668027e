using System.Net;
using System.Text.Json.Nodes;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A provider, or whoever is in its place, answers as it should not.</summary>
public sealed class HostileProviderTests
{
    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("no aud")]
    [InlineData("several aud")]
    [InlineData("azp")]
    [InlineData("nonce")]
    [InlineData("no nonce")]
    [InlineData("exp")]
    [InlineData("no exp")]
    [InlineData("nbf")]
    [InlineData("iat")]
    [InlineData("no sub")]
    [InlineData("long sub")]
    [InlineData("sub with a control character")]
    public async Task An_ID_token_with_a_wrong_claim_is_refused(string fault)
    {
        await using var app = await ExternalApp.StartAsync();
        var now = app.App.Clock.GetUtcNow().ToUnixTimeSeconds();
        app.Provider.Change = claims =>
        {
            switch (fault)
            {
                case "iss": claims["iss"] = "https://evil.example"; break;
                case "aud": claims["aud"] = "another-client"; break;
                case "no aud": claims.Remove("aud"); break;
                case "several aud": claims["aud"] = new JsonArray(ProviderDouble.ClientId, "another-client"); break;
                case "azp": claims["azp"] = "another-client"; break;
                case "nonce": claims["nonce"] = "another"; break;
                case "no nonce": claims.Remove("nonce"); break;
                case "exp": claims["exp"] = now - 60; break;
                case "no exp": claims.Remove("exp"); break;
                case "nbf": claims["nbf"] = now + 61; break;
                case "iat": claims["iat"] = now + 61; break;
                case "no sub": claims.Remove("sub"); break;
                case "long sub": claims["sub"] = new string('s', 256); break;
                case "sub with a control character": claims["sub"] = "ada\u0000"; break;
            }
        };

        await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");

        Assert.Empty(await app.AccountsAsync());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("another key")]
    [InlineData("unknown kid")]
    [InlineData("access token")]
    [InlineData("no token")]
    public async Task An_ID_token_that_its_key_has_not_signed_as_such_is_refused(string fault)
    {
        await using var app = await ExternalApp.StartAsync();
        var key = app.Provider.Key;
        app.Provider.Published = [key];
        switch (fault)
        {
            case "none": app.Provider.Header = () => new JsonObject { ["alg"] = "none", ["kid"] = key.KeyId }; break;
            case "HS256": app.Provider.Header = () => new JsonObject { ["alg"] = "HS256", ["kid"] = key.KeyId }; break;
            case "access token": app.Provider.Header = () => new JsonObject { ["alg"] = "ES256", ["kid"] = key.KeyId, ["typ"] = "at+jwt" }; break;
            case "unknown kid": app.Provider.Header = () => new JsonObject { ["alg"] = "ES256", ["kid"] = "unknown" }; break;
            case "another key":
                app.Provider.Key = SigningKey.Create(JwsAlgorithm.Es256);
                app.Provider.Header = () => new JsonObject { ["alg"] = "ES256", ["kid"] = key.KeyId };
                break;
            case "no token": app.Provider.Answers["/token"] = context => ProviderDouble.WriteAsync(context, new JsonObject { ["id_token"] = "a.b.c" }); break;
        }

        await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("without kid")]
    [InlineData("typ")]
    [InlineData("azp of several")]
    [InlineData("a clock that is a minute late")]
    public async Task What_the_standard_allows_is_accepted(string variant)
    {
        await using var app = await ExternalApp.StartAsync();
        var key = app.Provider.Key;
        switch (variant)
        {
            case "RS256": app.Provider.Key = SigningKey.Create(JwsAlgorithm.Rs256); break;
            case "without kid": app.Provider.Header = () => new JsonObject { ["alg"] = "ES256" }; break;
            case "typ": app.Provider.Header = () => new JsonObject { ["alg"] = "ES256", ["kid"] = key.KeyId, ["typ"] = "JWT" }; break;
            case "azp of several":
                app.Provider.Change = claims =>
                    (claims["aud"], claims["azp"]) = (new JsonArray(ProviderDouble.ClientId, "another-client"), ProviderDouble.ClientId);
                break;
            case "a clock that is a minute late":
                app.Provider.Change = claims => claims["exp"] = app.App.Clock.GetUtcNow().ToUnixTimeSeconds() - 59;
                break;
        }

        await app.LoggedInAsync();
    }

    [Fact]
    public async Task A_new_key_is_found_and_forged_ones_cause_few_requests()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.LoggedInAsync();
        app.App.Jump(TimeSpan.FromMinutes(1));
        app.Provider.Key = SigningKey.Create(JwsAlgorithm.Es256);
        await app.LoggedInAsync();
        Assert.Equal(2, Count(app, "GET /keys"));

        app.Provider.Published = [app.Provider.Key];
        app.Provider.Header = () => new JsonObject { ["alg"] = "ES256", ["kid"] = "forged" };
        for (var attempt = 0; attempt < 5; attempt++) await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");

        Assert.Equal(2, Count(app, "GET /keys"));
    }

    [Fact]
    public async Task What_was_fetched_is_kept_for_an_hour_and_for_a_day_if_the_provider_is_down()
    {
        await using var app = await ExternalApp.StartAsync();
        for (var login = 0; login < 3; login++) await app.LoggedInAsync();
        Assert.Equal(1, Count(app, "GET /.well-known/openid-configuration"));

        app.App.Jump(TimeSpan.FromHours(1));
        await app.LoggedInAsync();
        Assert.Equal(2, Count(app, "GET /.well-known/openid-configuration"));

        app.Provider.Answers["/.well-known/openid-configuration"] = Broken;
        app.App.Jump(TimeSpan.FromHours(23));
        await app.LoggedInAsync();
        app.App.Jump(TimeSpan.FromHours(1));
        await RefusedAtStartAsync(app);

        static Task Broken(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("not there")]
    [InlineData("another issuer")]
    [InlineData("http endpoint")]
    [InlineData("no endpoint")]
    [InlineData("not JSON")]
    [InlineData("a list")]
    [InlineData("twice the same member")]
    [InlineData("half a character")]
    [InlineData("half a character elsewhere")]
    [InlineData("deep")]
    [InlineData("huge")]
    [InlineData("a little too large")]
    [InlineData("redirect")]
    [InlineData("redirect in a circle")]
    [InlineData("keys that are none")]
    [InlineData("keys with one id twice")]
    [InlineData("an address that is no header")]
    public async Task A_provider_whose_description_is_wrong_is_not_used(string fault)
    {
        await using var app = await ExternalApp.StartAsync();
        const string Configuration = "/.well-known/openid-configuration";
        switch (fault)
        {
            case "not there": app.Provider.Answers[Configuration] = Status(404); break;
            case "another issuer": app.Provider.Describe = json => json["issuer"] = "https://evil.example"; break;
            case "http endpoint": app.Provider.Describe = json => json["token_endpoint"] = "http://evil.example/token"; break;
            case "no endpoint": app.Provider.Describe = json => json.Remove("jwks_uri"); break;
            case "not JSON": app.Provider.Answers[Configuration] = Text("<html>"); break;
            case "a list": app.Provider.Answers[Configuration] = Text("[]"); break;
            case "twice the same member": app.Provider.Answers[Configuration] = Text($$"""{"issuer":"{{app.Provider.Issuer}}","issuer":"b"}"""); break;
            case "half a character": app.Provider.Answers[Configuration] = Text("""{"issuer":"\ud800"}"""); break;
            case "half a character elsewhere":
                app.Provider.Answers[Configuration] = Text("""{"token_endpoint_auth_methods_supported":["\ud800"],""" + app.Provider.Metadata().ToJsonString()[1..]);
                break;
            case "deep": app.Provider.Answers[Configuration] = Text(new string('[', 60_000)); break;
            case "huge": app.Provider.Answers[Configuration] = Endless; break;
            case "a little too large": app.Provider.Answers[Configuration] = Text(app.Provider.Metadata().ToJsonString() + new string(' ', 64 * 1024)); break;
            case "redirect":
                app.Provider.Answers[Configuration] = context => { context.Response.Redirect("/moved"); return Task.CompletedTask; };
                app.Provider.Answers["/moved"] = context => ProviderDouble.WriteAsync(context, app.Provider.Metadata());
                break;
            case "redirect in a circle":
                app.Provider.Answers[Configuration] = context => { context.Response.Redirect(context.Request.Path); return Task.CompletedTask; };
                break;
            case "keys that are none": app.Provider.Answers["/keys"] = Text("""{"keys":"none"}"""); break;
            case "an address that is no header": app.Provider.Describe = json => json["authorization_endpoint"] = "https://äöü.example/\u2028"; break;
        }
        if (fault == "keys with one id twice")
        {
            var keys = new JsonWebKeySet([app.Provider.Key.PublicKey]).ToJson();
            var text = System.Text.Encoding.UTF8.GetString(keys);
            app.Provider.Answers["/keys"] = Text(text.Replace("]}", $",{text[(text.IndexOf('[', StringComparison.Ordinal) + 1)..^2]}]}}", StringComparison.Ordinal));
        }

        await RefusedAtStartAsync(app);

        // Whoever comes next does not ask again at once.
        var asked = app.Provider.Requests.Count;
        await RefusedAtStartAsync(app);
        Assert.True(fault == "an address that is no header" || asked == app.Provider.Requests.Count);
    }

    [Theory]
    [InlineData("500")]
    [InlineData("302")]
    [InlineData("not JSON")]
    [InlineData("huge")]
    [InlineData("no ID token")]
    [InlineData("invalid_client")]
    [InlineData("an error with a line break")]
    [InlineData("half a character")]
    public async Task A_token_endpoint_that_fails_is_said_to_be_unavailable(string fault)
    {
        await using var app = await ExternalApp.StartAsync();
        app.Provider.Answers["/token"] = fault switch
        {
            "500" => Status(500),
            "302" => RedirectToItself,
            "not JSON" => Text("<html>"),
            "huge" => Endless,
            "no ID token" => Text("""{"access_token":"at"}"""),
            "invalid_client" => Text("""{"error":"invalid_client"}""", 401),
            "half a character" => Text("""{"id_token":"\ud800"}"""),
            _ => Text("""{"error":"a\nforged line"}""", 400),
        };

        using var answer = await app.LoginAsync();

        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal(("external_provider_unavailable", 503, false), (problem.Code, problem.Status, problem.Definitive));
        Assert.NotNull(problem.RetryAfter);
        Assert.DoesNotContain(app.App.Logs.Lines, line => line.Contains("forged line", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/keys")]
    [InlineData("/token")]
    public async Task A_provider_that_stays_silent_holds_nobody_up(string path)
    {
        await using var app = await ExternalApp.StartAsync();
        var reached = new TaskCompletionSource();
        var drips = new TaskCompletionSource();
        app.Provider.Answers[path] = async context =>
        {
            // A byte is no answer: what counts is the end.
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            reached.TrySetResult();
            await drips.Task;
        };

        var login = path == "/token" ? app.LoginAsync() : app.App.PostAsync(
            "/login/external/start", new { provider = "corp", redirect_uri = "https://app.example.com/corp" });
        await reached.Task.WaitAsync(Eventually.Timeout);
        await Eventually.TrueAsync(() => login.IsCompleted, "the wait ends", nudge: () => app.App.Clock.Advance(TimeSpan.FromSeconds(10)));

        using var answer = await login;
        await ExternalApp.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
        drips.SetResult();
    }

    [Fact]
    public async Task A_provider_that_stays_silent_uses_no_places_of_another()
    {
        await using var other = await ProviderDouble.StartAsync(new FakeTimeProvider(ExternalApp.Begin));
        await using var app = await ExternalApp.StartAsync(more: _ => other.Settings("other"));
        var (waiting, silence) = (0, new TaskCompletionSource());
        app.Provider.Answers["/token"] = async _ =>
        {
            Interlocked.Increment(ref waiting);
            await silence.Task;
        };
        var logins = Enumerable.Range(0, ProviderHttp.MaxConcurrent).Select(_ => app.LoginAsync()).ToArray();
        await Eventually.TrueAsync(() => waiting == ProviderHttp.MaxConcurrent, "all places are used");

        await app.RefusedAsync(HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
        var visit = await app.StartLoginAsync("other");
        using var answer = await app.EndLoginAsync(visit.Ceremony, other.Approve(visit.Url!, ExternalApp.Ada));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(ProviderHttp.MaxConcurrent, waiting);
        silence.SetResult();
        foreach (var login in await Task.WhenAll(logins)) login.Dispose();
    }

    [Fact]
    public async Task A_provider_that_is_not_there_is_said_to_be_unavailable()
    {
        await using var app = await ExternalApp.StartAsync(new()
        {
            ["ExternalLogins:gone:ClientId"] = "a",
            ["ExternalLogins:gone:ClientSecret"] = "b",
            ["ExternalLogins:gone:Issuer"] = "http://127.0.0.1:1",
            ["ExternalLogins:gone:RedirectUris:0"] = "https://app.example.com/gone",
        });

        using var answer = await app.App.PostAsync("/login/external/start", new { provider = "gone", redirect_uri = "https://app.example.com/gone" });

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
        Assert.Contains(app.App.Logs.Lines, line => line.Contains("The provider gone of external logins cannot be used: it could not be reached", StringComparison.Ordinal));
    }

    static async Task RefusedAtStartAsync(ExternalApp app)
    {
        using var answer = await app.App.PostAsync("/login/external/start", new { provider = "corp", redirect_uri = "https://app.example.com/corp" });
        await ExternalApp.RefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");
    }

    static int Count(ExternalApp app, string request) => app.Provider.Requests.Count(one => one == request);

    static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    static RequestDelegate Text(string text, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    };

    static Task RedirectToItself(HttpContext context)
    {
        context.Response.Redirect("/token");
        return Task.CompletedTask;
    }

    static async Task Endless(HttpContext context)
    {
        var spaces = new string(' ', 64 * 1024);
        try
        {
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.WriteAsync(spaces, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
