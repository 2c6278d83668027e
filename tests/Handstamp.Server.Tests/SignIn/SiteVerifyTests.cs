using System.Net;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.ExternalLogins.Providers;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A challenge whose response is checked by another service, at doubles of their documented answers.</summary>
public sealed class SiteVerifyTests : IAsyncLifetime
{
    const string Secret = "canary-secret-of-the-site";
    const string SiteKey = "public-key-of-the-site";

    SiteVerifyDouble _service = null!;

    public async ValueTask InitializeAsync() => _service = await SiteVerifyDouble.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    Task<HandstampApp> StartAsync(string service = "turnstile", params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Challenge:Mode"] = "always",
            ["Challenge:SiteVerify:Service"] = service,
            ["Challenge:SiteVerify:Url"] = $"{_service.Address}/siteverify",
            ["Challenge:SiteVerify:SiteKey"] = SiteKey,
            ["Challenge:SiteVerify:Secret"] = Secret,
            ["Accounts:Throttle:AccountFree"] = "3",
        };
        foreach (var (key, value) in settings) all[key] = value;
        return HandstampApp.StartAsync(all);
    }

    // As they are documented, and for the service's own host.
    [Theory]
    [InlineData("turnstile", """{"success":true,"challenge_ts":"2026-11-29T00:00:00.000Z","hostname":"auth.example.com","error-codes":[],"action":"handstamp","cdata":"","metadata":{"interactive":false}}""")]
    [InlineData("turnstile", """{"success":true,"challenge_ts":"2026-11-29T00:00:00.000Z","hostname":"app.example.com","error-codes":[],"action":"","cdata":""}""")]
    [InlineData("hcaptcha", """{"success":true,"challenge_ts":"2026-11-29T00:00:00Z","hostname":"auth.example.com","credit":true}""")]
    [InlineData("recaptcha", """{"success":true,"challenge_ts":"2026-11-29T00:00:00Z","hostname":"auth.example.com"}""")]
    [InlineData("recaptcha", """{"success":true,"challenge_ts":"2026-11-29T00:00:00Z","apk_package_name":"com.example.app"}""")]
    public async Task A_right_response_lets_the_request_go_on_once(string service, string answer)
    {
        await using var app = await StartAsync(service, ("Cors:AllowedOrigins:0", "https://app.example.com"));
        _service.Success = answer;

        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(app, SiteVerifyDouble.Right));

        await RefusedAsync(app, SiteVerifyDouble.Right);
        var sent = _service.Requests.First();
        Assert.Equal((Secret, SiteVerifyDouble.Right, SiteKey), (sent["secret"].ToString(), sent["response"].ToString(), sent["sitekey"].ToString()));
        Assert.Equal(3, sent.Count);
    }

    [Theory]
    [InlineData("turnstile", """{"success":false,"error-codes":["invalid-input-response"],"messages":[]}""")]
    [InlineData("turnstile", """{"success":false,"error-codes":["timeout-or-duplicate"]}""")]
    [InlineData("hcaptcha", """{"success":false,"error-codes":["invalid-or-already-seen-response"]}""")]
    [InlineData("hcaptcha", """{"success":false,"error-codes":["expired-input-response"]}""")]
    [InlineData("recaptcha", """{"success":false,"error-codes":["timeout-or-duplicate"]}""")]
    [InlineData("recaptcha", """{"success":false}""")]
    public async Task A_response_that_the_service_refuses_leaves_the_challenge(string service, string answer)
    {
        await using var app = await StartAsync(service);
        _service.Failure = answer;

        var refusal = await RefusedAsync(app, "a response of nobody");

        Assert.Equal(service, refusal["challenge"]!["service"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"success":true,"hostname":"evil.example","action":"handstamp"}""")]
    [InlineData("""{"success":true,"hostname":"auth.example.com.evil.example"}""")]
    [InlineData("""{"success":true,"hostname":"auth.example.com","action":"newsletter"}""")]
    public async Task A_response_of_another_site_or_for_another_action_is_refused(string answer)
    {
        await using var app = await StartAsync();
        _service.Success = answer;

        await RefusedAsync(app, SiteVerifyDouble.Right);
    }

    [Theory]
    [InlineData("""{"success":false,"error-codes":["invalid-input-secret"]}""")]
    [InlineData("""{"success":false,"error-codes":["sitekey-secret-mismatch"]}""")]
    [InlineData("""{"success":false,"error-codes":["internal-error"]}""")]
    [InlineData("""{"success":"true"}""")]
    [InlineData("""{"success":null}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task What_the_visitor_cannot_mend_is_a_fault_of_the_service(string answer)
    {
        await using var app = await StartAsync();
        _service.Success = answer;

        await UnavailableAsync(app);
    }

    [Fact]
    public async Task A_service_that_fails_redirects_or_says_too_much_lets_nobody_in_and_counts_no_attempt()
    {
        await using var app = await StartAsync();
        foreach (var instead in new RequestDelegate[]
        {
            context =>
            {
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            },
            context =>
            {
                context.Response.Redirect($"{_service.Address}/elsewhere", permanent: false, preserveMethod: true);
                return Task.CompletedTask;
            },
            context => context.Response.WriteAsync($$"""{"success":true,"x":"{{new string('x', 70_000)}}"}"""),
            context =>
            {
                context.Abort();
                return Task.CompletedTask;
            },
        })
        {
            _service.Instead = instead;
            for (var attempt = 0; attempt < 4; attempt++) await UnavailableAsync(app);
        }
        Assert.Equal(16, _service.Requests.Count);
        Assert.NotEmpty(app.Logs.Of(3190));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(SiteVerifyDouble.Right, StringComparison.Ordinal));

        _service.Instead = null;
        Assert.Equal(HttpStatusCode.Unauthorized, await LoginAsync(app, SiteVerifyDouble.Right));
    }

    [Fact]
    public async Task A_service_that_stays_silent_is_given_up()
    {
        await using var app = await StartAsync();
        var end = new TaskCompletionSource();
        _service.Instead = _ => end.Task;

        var attempt = UnavailableAsync(app);
        await Eventually.TrueAsync(() => attempt.IsCompleted, "the request is answered", nudge: () => app.Clock.Advance(ProviderHttp.Timeout));

        await attempt;
        end.SetResult();
    }

    [Fact]
    public async Task Without_a_response_or_with_one_that_is_too_long_the_service_is_not_asked()
    {
        await using var app = await StartAsync();

        await RefusedAsync(app, null);
        await RefusedAsync(app, SiteVerifyDouble.Right + new string('x', SiteVerifier.MaxLength));

        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task A_client_learns_which_widget_it_has_to_show()
    {
        await using var app = await StartAsync();

        var challenge = JsonNode.Parse(await app.Client.GetStringAsync("/challenge"))!;
        var refusal = await RefusedAsync(app, null);

        Assert.Equal("turnstile", challenge["service"]!.GetValue<string>());
        Assert.Equal(SiteKey, challenge["site_key"]!.GetValue<string>());
        Assert.Equal("handstamp", challenge["action"]!.GetValue<string>());
        Assert.Equal("https://challenges.cloudflare.com/turnstile/v0/api.js", challenge["script"]!.GetValue<string>());
        Assert.Equal(challenge.ToJsonString(), refusal["challenge"]!.ToJsonString());
        Assert.DoesNotContain(Secret, refusal.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("turnstile", "cf-turnstile", "cf-turnstile-response", "https://challenges.cloudflare.com")]
    [InlineData("hcaptcha", "h-captcha", "h-captcha-response", "https://hcaptcha.com https://*.hcaptcha.com")]
    [InlineData("recaptcha", "g-recaptcha", "g-recaptcha-response", "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/ https://recaptcha.google.com/recaptcha/")]
    public async Task A_page_shows_the_widget_sends_its_response_and_admits_only_that_service(string service, string css, string field, string sources)
    {
        await using var app = await StartAsync(service);
        await RegisterAsync(app, SiteVerifyDouble.Right);
        using var browser = new PageBrowser(app);

        var page = await browser.GetAsync("/account/login");
        Assert.Contains($"<div class=\"{css}\" data-sitekey=\"{SiteKey}\" data-action=\"handstamp\">", page.Html, StringComparison.Ordinal);
        var policy = page.Headers["Content-Security-Policy"];
        Assert.Contains($"frame-src {sources}", policy, StringComparison.Ordinal);
        Assert.Contains($"/account/show-password.js {sources};", policy, StringComparison.Ordinal);
        var refused = await browser.LoginAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        var sent = await browser.SubmitAsync(
            refused, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password), (field, SiteVerifyDouble.Right + "2"));
        Assert.Equal("/account", sent.Location);
        var own = await browser.GetAsync("/account");
        Assert.DoesNotContain("frame-src", own.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_says_that_the_service_cannot_be_used()
    {
        await using var app = await StartAsync();
        using var browser = new PageBrowser(app);
        var page = await browser.GetAsync("/account/login");
        _service.Success = "{}";

        var sent = await browser.SubmitAsync(
            page, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password), ("cf-turnstile-response", SiteVerifyDouble.Right));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, sent.Status);
        Assert.Contains("cannot be checked", sent.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_missing_or_unsafe_are_named()
    {
        Assert.Equal(
            [
                "Challenge:SiteVerify:SiteKey is missing.",
                "Challenge:SiteVerify:Secret is missing.",
                "Challenge:SiteVerify:Url is 'http://example.com/siteverify'; it has to be an address with https.",
                "Challenge:SiteVerify:Sources contains 'https://a.example; object-src *'; a source is an address with https, such as https://*.example.com.",
                "Challenge:SiteVerify:Class is 'a\"b'; it can have letters, digits, '-' and '_'.",
                "Challenge:SiteVerify:Field is 'password', which is a field of the pages.",
            ],
            Faults(new()
            {
                Service = SiteVerifyService.Turnstile,
                Url = "http://example.com/siteverify",
                Sources = ["https://*.example.com", "https://a.example; object-src *"],
                Class = "a\"b",
                Field = "password",
            }));
        Assert.Equal(
            "Challenge:SiteVerify:Secret is missing. Without Challenge:SiteVerify:Service, all of SiteKey, Secret, Url, Script, Class and Field have to be set.",
            Faults(new() { SiteKey = "x" })[0]);
        Assert.Equal(["Challenge:SiteVerify:Service is 7; it has to be turnstile, hcaptcha or recaptcha."], Faults(new() { Service = (SiteVerifyService)7 }));
        Assert.Empty(Faults(new() { Service = SiteVerifyService.HCaptcha, SiteKey = "x", Secret = "y" }));
        Assert.Empty(Faults(new()));

        static List<string> Faults(SiteVerifyOptions options) => [.. SiteVerifyWidget.Faults(options)];
    }

    static async Task<HttpStatusCode> RegisterAsync(HandstampApp app, string response)
    {
        using var answer = await SendAsync(app, "/register", response);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> LoginAsync(HandstampApp app, string response)
    {
        using var answer = await SendAsync(app, "/login", response);
        return answer.StatusCode;
    }

    static async Task<JsonNode> RefusedAsync(HandstampApp app, string? response)
    {
        using var answer = await SendAsync(app, "/login", response);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var refusal = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("challenge_required", refusal["code"]!.GetValue<string>());
        return refusal;
    }

    static async Task UnavailableAsync(HandstampApp app)
    {
        using var answer = await SendAsync(app, "/login", SiteVerifyDouble.Right);
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((503, "challenge_unavailable", false), (problem.Status, problem.Code, problem.Definitive));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    static Task<HttpResponseMessage> SendAsync(HandstampApp app, string route, string? response) => app.SendAsync(
        HttpMethod.Post, route, new { email = HandstampApp.Email, password = HandstampApp.Password },
        change: request =>
        {
            if (response is not null) request.Headers.TryAddWithoutValidation("Siteverify", response);
        });
}
