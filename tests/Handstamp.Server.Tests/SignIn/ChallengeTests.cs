using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts.Challenges;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>The challenge of those who may be part of an attack.</summary>
public sealed class ChallengeTests : IDisposable
{
    const string Wrong = "a purple umbrella";

    readonly MailFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Dictionary<string, string?> Settings(string mode) => new(_folder.Settings)
    {
        ["Challenge:Mode"] = mode,
        ["Challenge:MaxNumber"] = "1000",
        ["Challenge:Failures"] = "5",
        ["Accounts:LoginByMail"] = "true",
        ["Accounts:Throttle:AccountFree"] = "100",
        ["Accounts:Throttle:NetworkFree"] = "100",
    };

    [Theory]
    [InlineData("/login")]
    [InlineData("/register")]
    [InlineData("/login/code/request")]
    [InlineData("/password/forgot")]
    [InlineData("/email/resend")]
    public async Task A_request_goes_on_only_with_the_solution_of_the_challenge_in_its_refusal(string route)
    {
        await using var app = await HandstampApp.StartAsync(Settings("always"));

        var refusal = await RefusalAsync(app, route, solution: null);

        Assert.Equal("challenge_required", refusal["code"]!.GetValue<string>());
        using var answer = await SendAsync(app, route, Solve(refusal["challenge"]!));
        Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_solution_is_good_once_also_after_a_restart()
    {
        using var directory = new TempDirectory();
        string solution;
        await using (var app = await HandstampApp.StartAsync(Settings("always"), directory.Path))
        {
            solution = Solve(await ChallengeAsync(app));
            using var first = await SendAsync(app, "/login", solution);
            Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
            await RefusalAsync(app, "/login", solution);
        }
        await using (var app = await HandstampApp.StartAsync(Settings("always"), directory.Path)) await RefusalAsync(app, "/login", solution);
    }

    [Fact]
    public async Task A_challenge_can_be_solved_for_ten_minutes()
    {
        await using var app = await HandstampApp.StartAsync(Settings("always"));
        var (early, late) = (Solve(await ChallengeAsync(app)), Solve(await ChallengeAsync(app)));

        app.Jump(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        using var answer = await SendAsync(app, "/login", early);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        app.Jump(TimeSpan.FromSeconds(1));
        await RefusalAsync(app, "/login", late);
    }

    [Fact]
    public async Task Nobody_can_change_a_challenge_or_make_one()
    {
        await using var app = await HandstampApp.StartAsync(Settings("always"));
        var challenge = await ChallengeAsync(app);
        var solution = JsonNode.Parse(Convert.FromBase64String(Solve(challenge)))!;
        var (salt, number) = (solution["salt"]!.GetValue<string>(), solution["number"]!.GetValue<int>());
        var own = salt.Replace("expires=1", "expires=2", StringComparison.Ordinal);

        await RefusalAsync(app, "/login", With(("number", number + 1)));
        await RefusalAsync(app, "/login", With(("salt", own), ("challenge", HashOf(own, number))));
        // The first digit of the number as one more of the time.
        var digits = number.ToString(CultureInfo.InvariantCulture);
        await RefusalAsync(app, "/login", With(("salt", salt + digits[0]), ("number", int.Parse($"0{digits[1..]}", CultureInfo.InvariantCulture))));
        await RefusalAsync(app, "/login", With(("signature", new string('0', 64))));
        await RefusalAsync(app, "/login", With(("algorithm", "SHA-1")));
        await RefusalAsync(app, "/login", With(("salt", salt.Replace("key=", "key=f", StringComparison.Ordinal))));
        foreach (var text in (string[])["x", "e30=", "bnVsbA==", new string('A', 4000), "W10="]) await RefusalAsync(app, "/login", text);
        using var answer = await SendAsync(app, "/login", With());
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);

        string With(params (string Name, JsonNode Value)[] changes)
        {
            var changed = solution.DeepClone();
            foreach (var (name, value) in changes) changed[name] = value;
            return Convert.ToBase64String(Encoding.UTF8.GetBytes(changed.ToJsonString()));
        }
    }

    [Fact]
    public async Task Under_attack_a_solution_is_demanded_until_a_minute_after_it()
    {
        await using var app = await HandstampApp.StartAsync(Settings("auto"));
        await app.RegisterAsync();
        for (var failure = 0; failure < 5; failure++)
        {
            using var wrong = await app.PostAsync("/login", new { email = HandstampApp.Email, password = Wrong });
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }
        await RefusalAsync(app, "/login", solution: null);
        await RefusalAsync(app, "/register", solution: null);

        app.Jump(TimeSpan.FromMinutes(2));

        await app.LoginAsync();
    }

    [Fact]
    public async Task Under_attack_no_solution_is_demanded_of_a_known_device_nor_for_a_refresh()
    {
        await using var app = await HandstampApp.StartAsync(Settings("auto"));
        var session = await app.RegisterAndLoginAsync();
        using var login = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var device = login.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith(PageBrowser.DeviceCookie, StringComparison.Ordinal)).Split(';')[0];
        for (var failure = 0; failure < 10; failure++) app.Get<AttackWatch>().Note(IPAddress.Parse("192.0.2.1"));

        await RefusalAsync(app, "/login", solution: null);
        using var known = await app.SendAsync(
            HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = HandstampApp.Password },
            change: request => request.Headers.Add("Cookie", device));
        using var other = await app.SendAsync(
            HttpMethod.Post, "/login", new { email = "eve@example.com", password = HandstampApp.Password },
            change: request => request.Headers.Add("Cookie", device));

        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        await app.RefreshedAsync(session.RefreshToken!);
    }

    [Fact]
    public async Task A_network_with_many_failures_has_to_solve_challenges_for_a_while()
    {
        await using var app = await HandstampApp.StartAsync(new(Settings("auto")) { ["Challenge:Failures"] = "1000" });
        var attack = app.Get<AttackWatch>();

        for (var failure = 0; failure <= 100; failure++) attack.Note(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"192.0.2.{failure}")));

        Assert.True(attack.IsAttackFrom(IPAddress.Parse("192.0.2.200")));
        app.Jump(TimeSpan.FromMinutes(20));
        Assert.False(attack.IsAttackFrom(IPAddress.Parse("192.0.2.200")));
    }

    [Fact]
    public async Task Without_the_setting_there_are_no_challenges()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Challenge:Failures"] = "1" });
        for (var failure = 0; failure < 10; failure++) app.Get<AttackWatch>().Note(IPAddress.Loopback);

        await app.RegisterAndLoginAsync();
        using var answer = await app.SendAsync(HttpMethod.Get, "/challenge");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_form_of_a_page_brings_the_solution_and_says_that_it_needs_script()
    {
        await using var app = await HandstampApp.StartAsync(Settings("always"));
        var solution = Solve(await ChallengeAsync(app));
        using (var registered = await app.SendAsync(
            HttpMethod.Post, "/register", new { email = HandstampApp.Email, password = HandstampApp.Password },
            change: request => request.Headers.Add("Altcha", solution)))
            registered.EnsureSuccessStatusCode();
        using var browser = new PageBrowser(app);

        var page = await browser.GetAsync("/account/login");
        Assert.Contains("<noscript>", page.Html, StringComparison.Ordinal);
        var refused = await browser.LoginAsync();
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("Send the form once more.", refused.Html, StringComparison.Ordinal);
        var sent = await browser.SubmitAsync(
            refused, "/account/login", ("email", HandstampApp.Email), ("password", HandstampApp.Password), ("altcha", Solve(await ChallengeAsync(app))));
        Assert.Equal("/account", sent.Location);
    }

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        var result = new ChallengeOptionsValidator().Validate(null, new() { Mode = (ChallengeMode)7, MaxNumber = 999, Failures = 0 });

        Assert.Equal(
            [
                "Challenge:Mode is 7; it has to be off, auto or always.",
                "Challenge:MaxNumber is 999; it has to be from 1000 to 10000000.",
                "Challenge:Failures is 0; it has to be from 1 to 1000000.",
            ], result.Failures!);
        Assert.Equal(ValidateOptionsResult.Success, new ChallengeOptionsValidator().Validate(null, new()));
    }

    static async Task<JsonNode> RefusalAsync(HandstampApp app, string route, string? solution)
    {
        using var answer = await SendAsync(app, route, solution);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    static Task<HttpResponseMessage> SendAsync(HandstampApp app, string route, string? solution) => app.SendAsync(
        HttpMethod.Post, route,
        route is "/login" or "/register"
            ? new { email = "eve@example.com", password = "a quite unusual sentence" }
            : (object)new { email = "eve@example.com" },
        change: request =>
        {
            if (solution is not null) request.Headers.TryAddWithoutValidation("Altcha", solution);
        });

    static async Task<JsonNode> ChallengeAsync(HandstampApp app) => JsonNode.Parse(await app.Client.GetStringAsync("/challenge"))!;

    static string Solve(JsonNode challenge)
    {
        var (salt, wanted) = (challenge["salt"]!.GetValue<string>(), challenge["challenge"]!.GetValue<string>());
        var solution = challenge.DeepClone();
        solution["number"] = Enumerable.Range(0, challenge["maxnumber"]!.GetValue<int>() + 1).First(number => HashOf(salt, number) == wanted);
        solution["took"] = 7;
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(solution.ToJsonString()));
    }

    static string HashOf(string salt, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{salt}{number}"))));
}
