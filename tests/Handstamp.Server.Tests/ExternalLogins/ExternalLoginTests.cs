using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.SignIn;
using Handstamp.Server.Tests.SignIn;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A login by a provider.</summary>
public sealed class ExternalLoginTests
{
    [Fact]
    public async Task A_person_logs_in_by_a_provider_and_comes_back_to_the_same_account()
    {
        await using var app = await ExternalApp.StartAsync();

        var first = await app.LoggedInAsync();
        // Another address, as after a marriage: the person is the same.
        var second = await app.LoggedInAsync(ExternalApp.Ada with { Email = "ada.lovelace@example.com" });

        var (me, again) = (await app.MeAsync(first.AccessToken), await app.MeAsync(second.AccessToken));
        Assert.Equal(me.GetProperty("id").GetGuid(), again.GetProperty("id").GetGuid());
        Assert.Equal("ada@example.com", again.GetProperty("email").GetString());
        var account = Assert.Single(await app.AccountsAsync());
        Assert.Null(account.PasswordHash);
        Assert.NotNull(account.Identifiers[0].VerifiedAt);
        Assert.Equal("ext", Claim(first.AccessToken, "amr")[0]!.GetValue<string>());
        var login = Assert.Single(await app.ListAsync(second.AccessToken));
        Assert.Equal(("corp", "ada.lovelace@example.com"), (login.GetProperty("provider").GetString(), login.GetProperty("label").GetString()));
    }

    [Fact]
    public async Task The_request_to_the_provider_has_all_that_protects_it()
    {
        await using var app = await ExternalApp.StartAsync();
        var (one, other) = (await app.StartLoginAsync(), await app.StartLoginAsync());
        var (query, second) = (QueryHelpers.ParseQuery(new Uri(one.Url!).Query), QueryHelpers.ParseQuery(new Uri(other.Url!).Query));

        Assert.StartsWith($"{app.Provider.Issuer}/authorize?", one.Url, StringComparison.Ordinal);
        Assert.Equal(("code", ProviderDouble.ClientId, "openid email", "S256"),
            ((string?)query["response_type"], (string?)query["client_id"], (string?)query["scope"], (string?)query["code_challenge_method"]));
        foreach (var secret in (string[])["state", "nonce", "code_challenge"])
        {
            Assert.Equal(43, query[secret].ToString().Length);
            Assert.NotEqual(query[secret], second[secret]);
        }
        Assert.Equal(3, new[] { query["state"], query["nonce"], query["code_challenge"] }.Distinct().Count());
    }

    [Fact]
    public async Task An_answer_works_only_with_the_ceremony_that_it_belongs_to()
    {
        await using var app = await ExternalApp.StartAsync();
        var (victim, attacker) = (await app.StartLoginAsync(), await app.StartLoginAsync());
        var attackers = app.Provider.Approve(attacker.Url!, new Person("mallory"));

        // Login CSRF: the attacker's code in the browser of the victim.
        using var forced = await app.EndLoginAsync(victim.Ceremony, attackers);

        await ExternalApp.RefusedAsync(forced, HttpStatusCode.Unauthorized, "external_login_failed");
        Assert.DoesNotContain("POST /token", app.Provider.Requests);
        using var own = await app.EndLoginAsync(attacker.Ceremony, attackers);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_stolen_code_is_of_no_use_in_another_login()
    {
        await using var app = await ExternalApp.StartAsync();
        var (victim, attacker) = (await app.StartLoginAsync(), await app.StartLoginAsync());
        var code = QueryHelpers.ParseQuery(new Uri(app.Provider.Approve(victim.Url!, ExternalApp.Ada)).Query)["code"].ToString();
        var state = QueryHelpers.ParseQuery(new Uri(attacker.Url!).Query)["state"].ToString();

        // The attacker has the code, and puts it into the answer to a visit of their own.
        using var answer = await app.EndLoginAsync(attacker.Ceremony, $"https://app.example.com/corp?code={code}&state={state}");

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
        Assert.Empty(await app.AccountsAsync());
    }

    [Fact]
    public async Task A_ceremony_ends_once_and_within_its_time()
    {
        await using var app = await ExternalApp.StartAsync();
        var started = await app.StartLoginAsync(browser: false);
        var token = app.Provider.IdToken(ExternalApp.Ada, started.Nonce);
        using var first = await app.App.PostAsync("/login/external", new { ceremony = started.Ceremony, id_token = token });
        using var again = await app.App.PostAsync("/login/external", new { ceremony = started.Ceremony, id_token = token });
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await ExternalApp.RefusedAsync(again, HttpStatusCode.Unauthorized, "external_login_failed");

        var late = await app.StartLoginAsync();
        app.App.Jump(TimeSpan.FromMinutes(15));
        using var answer = await app.EndLoginAsync(late.Ceremony, app.Provider.Approve(late.Url!, ExternalApp.Ada));
        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("of another key")]
    [InlineData("empty")]
    [InlineData("of the pages")]
    [InlineData("of a link")]
    public async Task A_ceremony_that_this_route_has_not_begun_is_refused(string fault)
    {
        await using var app = await ExternalApp.StartAsync();
        var started = fault switch
        {
            "of the pages" => await OfPagesAsync(app),
            "of a link" => await app.StartLoginAsync(accessToken: (await app.App.RegisterAndLoginAsync()).AccessToken),
            _ => await app.StartLoginAsync(),
        };
        var point = started.Ceremony.IndexOf('.', StringComparison.Ordinal);
        var ceremony = fault switch
        {
            "changed" => (started.Ceremony[0] == 'e' ? "f" : "e") + started.Ceremony[1..],
            "of another key" => $"{started.Ceremony[..(point + 1)]}fe{started.Ceremony[(point + 3)..]}",
            "empty" => "",
            _ => started.Ceremony,
        };

        // Its own answer, which is right in all else.
        using var answer = await app.EndLoginAsync(ceremony, app.Provider.Approve(started.Url!, ExternalApp.Ada));

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");

        static async Task<Started> OfPagesAsync(ExternalApp app)
        {
            using var browser = new Pages.PageBrowser(app.App);
            var page = await browser.GetAsync("/account/external/corp");
            return new Started(browser.Cookies["__Secure-handstamp-external"], page.Location, null);
        }
    }

    [Theory]
    [InlineData("https://app.example.com/other")]
    [InlineData("https://app.example.com/corp/more")]
    [InlineData("https://app.example.com/corp#fragment")]
    [InlineData("https://app.example.com.evil.example/corp")]
    public async Task Only_an_address_from_the_settings_gets_a_code(string address)
    {
        await using var app = await ExternalApp.StartAsync();
        using var answer = await app.App.PostAsync("/login/external/start", new { provider = "corp", redirect_uri = address });
        await ExternalApp.RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_answer_of_one_provider_is_not_taken_for_another_s()
    {
        // Mix-up (RFC 9700 §4.4): one of two providers is an attacker's, and has sent the browser on to the honest one.
        await using var app = await ExternalApp.StartAsync(more: provider => provider.Settings("evil"));
        var started = await app.StartLoginAsync("evil");
        var state = QueryHelpers.ParseQuery(new Uri(started.Url!).Query)["state"].ToString();

        using var answer = await app.EndLoginAsync(started.Ceremony, $"https://app.example.com/corp?code=honest&state={state}");

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
        Assert.DoesNotContain("POST /token", app.Provider.Requests);
    }

    [Theory]
    [InlineData(true, "another", false)]
    [InlineData(true, "none", false)]
    [InlineData(true, "right", true)]
    [InlineData(false, "another", false)]
    [InlineData(false, "none", true)]
    public async Task The_issuer_in_the_answer_is_checked_before_the_code_is_sent_anywhere(bool promised, string named, bool works)
    {
        await using var app = await ExternalApp.StartAsync();
        app.Provider.Describe = json => json["authorization_response_iss_parameter_supported"] = promised;
        var started = await app.StartLoginAsync();
        var callback = app.Provider.Approve(started.Url!, ExternalApp.Ada);
        var issuer = named switch { "right" => app.Provider.Issuer, "none" => null, _ => "https://evil.example" };

        using var answer = await app.EndLoginAsync(
            started.Ceremony, issuer is null ? callback : QueryHelpers.AddQueryString(callback, "iss", issuer));

        Assert.Equal(works ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(works, app.Provider.Requests.Contains("POST /token"));
    }

    [Theory]
    [InlineData("error=access_denied")]
    [InlineData("error=server_error")]
    [InlineData("nothing=1")]
    [InlineData("code=a&code=b")]
    [InlineData("code=")]
    public async Task What_is_no_code_is_refused(string parameters)
    {
        await using var app = await ExternalApp.StartAsync();
        var started = await app.StartLoginAsync();
        var state = QueryHelpers.ParseQuery(new Uri(started.Url!).Query)["state"].ToString();

        using var answer = await app.EndLoginAsync(started.Ceremony, $"https://app.example.com/corp?{parameters}&state={state}");

        await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
    }

    [Fact]
    public async Task An_app_logs_in_with_an_ID_token_from_the_provider_s_own_library()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["ExternalLogins:corp:AppClientIds:0"] = "com.example.app" });
        app.Provider.Change = claims => claims["aud"] = "com.example.app";
        var started = await app.StartLoginAsync(browser: false);
        Assert.Null(started.Url);

        using var answer = await app.App.PostAsync(
            "/login/external", new { ceremony = started.Ceremony, id_token = app.Provider.IdToken(ExternalApp.Ada, started.Nonce), transport = "body" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_ID_token_for_another_login_or_another_app_is_refused()
    {
        await using var app = await ExternalApp.StartAsync();
        var (victim, attacker) = (await app.StartLoginAsync(browser: false), await app.StartLoginAsync(browser: false));
        var stolen = app.Provider.IdToken(ExternalApp.Ada, victim.Nonce);
        app.Provider.Change = claims => claims["aud"] = "another-app";
        var foreign = app.Provider.IdToken(ExternalApp.Ada, attacker.Nonce);

        foreach (var token in (string[])[stolen, foreign])
        {
            using var answer = await app.App.PostAsync("/login/external", new { ceremony = attacker.Ceremony, id_token = token });
            await ExternalApp.RefusedAsync(answer, HttpStatusCode.Unauthorized, "external_login_failed");
        }
    }

    [Fact]
    public async Task Logins_and_refusals_are_in_the_trail()
    {
        await using var app = await ExternalApp.StartAsync();
        await app.LoggedInAsync();
        app.Provider.Change = claims => claims["nonce"] = "another";
        await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");
        await app.App.Get<RefusalTally>().WriteAsync();

        var trail = (await app.App.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 100, default)).Events;

        var added = Assert.Single(trail, one => one.Kind == EventKind.AccountAdded);
        Assert.Equal(("external_login", "corp"), (added.Outcome, added.Detail));
        Assert.Single(trail, one => one is { Kind: EventKind.LoginRefused, Outcome: "external_login_failed" });
        Assert.Single(trail, one => one.Kind == EventKind.SessionBegun);
    }

    [Fact]
    public async Task Wrong_answers_are_slowed_down_but_not_by_a_provider_that_is_down()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Throttle:NetworkFree"] = "2" });
        app.Provider.Answers["/token"] = context => { context.Response.StatusCode = 500; return Task.CompletedTask; };
        for (var attempt = 0; attempt < 4; attempt++)
            await app.RefusedAsync(HttpStatusCode.ServiceUnavailable, "external_provider_unavailable");

        app.Provider.Answers.Clear();
        app.Provider.Change = claims => claims["nonce"] = "another";
        for (var attempt = 0; attempt < 2; attempt++) await app.RefusedAsync(HttpStatusCode.Unauthorized, "external_login_failed");
        await app.RefusedAsync(HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    [Fact]
    public async Task Logins_count_together_whatever_they_are_by()
    {
        await using var app = await ExternalApp.StartAsync(new() { ["Accounts:Throttle:AccountLogins"] = "2" });
        var tokens = await app.App.RegisterAndLoginAsync();
        using var linked = await app.LinkAsync(tokens.AccessToken);
        await app.LoggedInAsync();

        await app.RefusedAsync(HttpStatusCode.TooManyRequests, "too_many_requests");
        using var password = await app.App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        await ExternalApp.RefusedAsync(password, HttpStatusCode.TooManyRequests, "too_many_requests");
    }

    [Fact]
    public async Task A_second_factor_stays_due()
    {
        await using var app = await ExternalApp.StartAsync(services: services => services.AddSingleton<IFactor>(
            provider => new CodeFactor("otp", provider.GetRequiredService<IAccountStore>())));
        using var begun = await app.LoginAsync();
        var problem = await begun.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("mfa_required", problem.GetProperty("code").GetString());

        using var answer = await app.App.PostAsync(
            "/login/mfa", new { mfa_token = problem.GetProperty("mfa_token").GetString(), method = "otp", code = CodeFactor.Code });

        var tokens = await TokenSet.ReadAsync(answer);
        Assert.Equal(["ext", "otp", "mfa"], Claim(tokens.AccessToken, "amr").AsArray().Select(value => value!.GetValue<string>()));
    }

    static JsonNode Claim(string jwt, string name) =>
        JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(jwt.Split('.')[1]))![name]!;
}
