using System.Globalization;
using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Mail;
using Handstamp.Server.Tests.Pages;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>Failures on devices on which the right password was given before, and on all others.</summary>
public sealed class KnownDeviceTests : IDisposable
{
    const string Wrong = "a purple umbrella";

    readonly MailFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Kind", "Proof")]
    public async Task After_ten_thousand_wrong_passwords_from_everywhere_the_owner_logs_in_on_a_known_device()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var device = Remember(service);

        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            if (attempt % 100 == 0) service.Clock.Advance(TimeSpan.FromMinutes(20));
            Assert.IsNotType<CredentialOutcome.Accepted>(await service.CheckAsync(
                password: Wrong, from: string.Create(CultureInfo.InvariantCulture, $"192.{attempt / 250}.{attempt % 250}.1")));
        }

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(devices: device));
    }

    [Fact]
    public async Task A_network_full_of_failures_does_not_keep_a_known_device_out()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=2");
        await service.AddAccountAsync();
        var device = Remember(service);
        foreach (var email in (string[])["bob@example.com", "eve@example.com"]) await service.CheckAsync(email, Wrong);

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(devices: device));
    }

    [Fact]
    public async Task A_known_device_has_the_delays_of_its_own_failures()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var device = Remember(service);

        for (var attempt = 1; attempt <= 5; attempt++)
            Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Wrong, devices: device));

        Assert.Equal(new CredentialOutcome.Throttled(TimeSpan.FromSeconds(1)), await service.CheckAsync(devices: device));
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync());
        Assert.IsType<CredentialOutcome.Accepted>(await service.CheckAsync(devices: Remember(service)));
    }

    [Fact]
    public async Task All_known_devices_of_an_account_together_have_the_delays_of_a_network()
    {
        await using var service = await AccountService.StartAsync("Accounts:Throttle:NetworkFree=3");
        await service.AddAccountAsync();

        for (var device = 1; device <= 3; device++)
            Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(
                password: Wrong, from: $"192.0.{device}.1", devices: Remember(service)));

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync(from: "192.0.9.1", devices: Remember(service)));
    }

    [Fact]
    public async Task A_device_that_is_known_for_another_account_is_unknown_for_this_one()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        await service.AddAccountAsync("eve@example.com");
        var device = Remember(service, "eve@example.com");

        for (var attempt = 1; attempt <= 5; attempt++) await service.CheckAsync(password: Wrong, devices: device);

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync(devices: device));
        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync());
    }

    [Fact]
    public async Task Cookies_that_others_have_planted_hide_no_known_device_among_the_first_four()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        for (var attempt = 1; attempt <= 5; attempt++) await service.CheckAsync(password: Wrong);

        var outcome = await service.CheckAsync(
            devices: ["nonsense", Remember(service, "eve@example.com"), "hsd_", Remember(service)]);

        Assert.IsType<CredentialOutcome.Accepted>(outcome);
    }

    [Fact]
    public async Task With_a_revoked_key_a_device_is_unknown()
    {
        await using var service = await AccountService.StartAsync();
        await service.AddAccountAsync();
        var device = Remember(service);
        var keys = service.Get<KeyRingService>();
        for (var attempt = 1; attempt <= 5; attempt++) await service.CheckAsync(password: Wrong);

        await service.Get<KeyOperations>().RevokeAsync(
            $"mac-{keys.Ring.MacKey(service.Clock.GetUtcNow()).Id}", Handstamp.Server.Audit.Origin.Operator, default);

        Assert.IsType<CredentialOutcome.Throttled>(await service.CheckAsync(devices: device));
    }

    [Fact]
    public async Task After_a_hundred_failures_unknown_devices_need_a_mail_and_known_ones_do_not()
    {
        await using var app = await HandstampApp.StartAsync(new(_folder.Settings)
        {
            ["Accounts:Throttle:UnknownDeviceFailures"] = "7",
        });
        await app.RegisterAsync();
        using var login = await LoginAsync(app);
        var device = DeviceIn(login);
        foreach (var email in new[] { HandstampApp.Email, "unknown@example.com" })
        {
            for (var attempt = 1; attempt <= 7; attempt++)
            {
                using var wrong = await LoginAsync(app, Wrong, email: email);
                Assert.Equal("invalid_credentials", (await ProblemAnswer.ReadAsync(wrong)).Code);
                app.Jump(TimeSpan.FromMinutes(15));
            }
            app.Jump(TimeSpan.FromDays(29));
            using var refused = await LoginAsync(app, email: email);
            Assert.Equal((403, "unknown_device_locked", false, null), await ReadAsync(refused));
        }

        using var known = await LoginAsync(app, device: device);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);

        using var request = await app.PostAsync("/password/forgot", new { email = HandstampApp.Email });
        var token = (await _folder.ReadAsync(HandstampApp.Email))[0].Token();
        using var reset = await app.PostAsync("/password/reset", new { token, new_password = "another quite unusual sentence" });
        using var unknown = await LoginAsync(app, "another quite unusual sentence");
        Assert.Equal(HttpStatusCode.OK, unknown.StatusCode);
    }

    [Fact]
    public async Task A_right_password_is_counted_as_no_failure_and_resets_nothing()
    {
        await using var app = await HandstampApp.StartAsync(new(_folder.Settings)
        {
            ["Accounts:Throttle:UnknownDeviceFailures"] = "3",
        });
        await app.RegisterAsync();

        for (var round = 1; round <= 3; round++)
        {
            using var login = await LoginAsync(app);
            Assert.Equal(HttpStatusCode.OK, login.StatusCode);
            using var wrong = await LoginAsync(app, Wrong);
        }

        using var refused = await LoginAsync(app);
        Assert.Equal((403, "unknown_device_locked", false, null), await ReadAsync(refused));
    }

    [Fact]
    public async Task Without_mails_there_is_only_the_delay()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Accounts:Throttle:UnknownDeviceFailures"] = "3" });
        await app.RegisterAsync();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            using var wrong = await LoginAsync(app, Wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var login = await LoginAsync(app);
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
    }

    [Fact]
    public async Task The_cookie_of_a_known_device_belongs_to_this_host_alone_and_logs_nobody_in()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();

        using var wrong = await LoginAsync(app, Wrong);
        using var right = await LoginAsync(app);

        Assert.Empty(CookiesOf(wrong));
        var cookie = Assert.Single(CookiesOf(right));
        Assert.Equal(
            (PageBrowser.DeviceCookie, "/", true, true, SameSiteMode.Strict, TimeSpan.FromDays(400), false),
            (cookie.Name.ToString(), cookie.Path.ToString(), cookie.HttpOnly, cookie.Secure, cookie.SameSite, cookie.MaxAge, cookie.Domain.HasValue));
    }

    [Fact]
    public async Task The_login_page_knows_a_device_again_too()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        browser.Cookies.Remove(PageBrowser.SessionCookie);
        for (var attempt = 1; attempt <= 5; attempt++) using (await LoginAsync(app, Wrong)) { }
        using var stranger = new PageBrowser(app);

        var again = await browser.LoginAsync();
        var refused = await stranger.LoginAsync();

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.TooManyRequests), (again.Status, refused.Status));
    }

    [Fact]
    public async Task A_known_device_authenticates_again_while_strangers_fail()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var login = await LoginAsync(app);
        var device = DeviceIn(login);
        var tokens = await TokenSet.ReadAsync(login);
        for (var attempt = 1; attempt <= 5; attempt++) using (await LoginAsync(app, Wrong)) { }

        using var stranger = await AgainAsync(device: null);
        using var known = await AgainAsync(device);

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.OK), (stranger.StatusCode, known.StatusCode));

        Task<HttpResponseMessage> AgainAsync(string? device) =>
            app.SendAsync(HttpMethod.Post, "/reauthenticate", new { password = HandstampApp.Password }, tokens.AccessToken, request =>
            {
                if (device is not null) request.Headers.Add("Cookie", $"{PageBrowser.DeviceCookie}={device}");
            });
    }

    [Fact]
    public async Task The_page_that_asks_again_knows_a_device_too()
    {
        await using var app = await HandstampApp.StartAsync();
        await app.RegisterAsync();
        using var browser = new PageBrowser(app);
        await browser.LoginAsync();
        for (var attempt = 1; attempt <= 5; attempt++) using (await LoginAsync(app, Wrong)) { }

        var known = await ConfirmAsync();
        browser.Cookies.Remove(PageBrowser.DeviceCookie);
        var unknown = await ConfirmAsync();

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.TooManyRequests), (known.Status, unknown.Status));

        async Task<Page> ConfirmAsync() => await browser.SubmitAsync(
            await browser.GetAsync("/account/confirm"), "/account/confirm", ("password", HandstampApp.Password));
    }

    static string Remember(AccountService service, string email = TestAccounts.Email) =>
        service.Get<KnownDevices>().Remember([], Identifier.OfEmail(email)).Encode();

    static Task<HttpResponseMessage> LoginAsync(
        HandstampApp app, string password = HandstampApp.Password, string email = HandstampApp.Email, string? device = null) =>
        app.SendAsync(HttpMethod.Post, "/login", new { email, password }, change: request =>
        {
            if (device is not null) request.Headers.Add("Cookie", $"{PageBrowser.DeviceCookie}={device}");
        });

    static async Task<(int, string, bool, TimeSpan?)> ReadAsync(HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        return (problem.Status, problem.Code, problem.Definitive, problem.RetryAfter);
    }

    static string DeviceIn(HttpResponseMessage answer) => CookiesOf(answer).Single().Value.ToString();

    static IList<SetCookieHeaderValue> CookiesOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var values) ? SetCookieHeaderValue.ParseList([.. values]) : [];
}
