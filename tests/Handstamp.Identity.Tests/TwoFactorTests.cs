using OtpNet;
using Xunit;

namespace Handstamp.Identity.Tests;

/// <summary><c>POST /manage/2fa</c>, and a login with two factors.</summary>
public sealed class TwoFactorTests
{
    static readonly string[] Members = ["sharedKey", "recoveryCodesLeft", "recoveryCodes", "isTwoFactorEnabled", "isMachineRemembered"];

    [Theory, OnBoth]
    public async Task An_empty_object_asks_how_it_is(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        var answer = (await app.PostAsync("/manage/2fa", new { }, tokens.AccessToken)).IsOk();

        Assert.Equal(Members, answer.Members);
        Assert.Equal((false, false, 0), (answer.Is("isTwoFactorEnabled"), answer.Is("isMachineRemembered"), answer.Json.GetProperty("recoveryCodesLeft").GetInt32()));
        Assert.Null(answer.Text("recoveryCodes"));
        Assert.Equal(answer.Text("sharedKey"), (await app.PostAsync("/manage/2fa", new { }, tokens.AccessToken)).Text("sharedKey"));
    }

    [Theory, OnBoth]
    public async Task It_begins_with_a_code_of_the_authenticator(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var tokens = await app.RegisterAndLoginAsync();

        (await app.PostAsync("/manage/2fa", new { enable = true }, tokens.AccessToken)).IsInvalid("RequiresTwoFactor");
        (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = "" }, tokens.AccessToken)).IsInvalid("RequiresTwoFactor");
        (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = "wrong" }, tokens.AccessToken)).IsInvalid("InvalidTwoFactorCode");
        (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = "000000", resetSharedKey = true }, tokens.AccessToken)).IsInvalid("CannotResetSharedKeyAndEnable");
        var (_, enabled) = await EnableAsync(app, tokens);

        Assert.True(enabled.Is("isTwoFactorEnabled"));
        Assert.Equal(10, Codes(enabled).Distinct().Count());
        Assert.Equal(10, enabled.Json.GetProperty("recoveryCodesLeft").GetInt32());
        Assert.Equal($"Hello, {IdentityApp.Email}!", (await app.GetAsync("/hello", tokens.AccessToken)).IsOk().Body);
    }

    [Theory, OnBoth]
    public async Task A_login_then_needs_a_code(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());

        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password })).IsRefused("RequiresTwoFactor");
        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = "" })).IsRefused("RequiresTwoFactor");
        (await LoginAsync(app, new { email = IdentityApp.Email, password = "wrong", twoFactorCode = Code(key) })).IsRefused("Failed");
        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = "000" })).IsRefused("Failed");
        var tokens = Tokens.Of(await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = Code(key) }));

        Assert.Equal(["mfa"], (await app.ClaimsAsync(tokens.AccessToken))["amr"]);
    }

    [Theory, OnBoth]
    public async Task Wrong_codes_lock_the_account_too(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire, identity => identity.Lockout.MaxFailedAccessAttempts = 2);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());

        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = "000" })).IsRefused("Failed");
        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = "000" })).IsRefused("LockedOut");
        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = Code(key) })).IsRefused("LockedOut");
    }

    [Theory, OnBoth]
    public async Task A_recovery_code_does_too_and_works_once(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (_, enabled) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        var body = new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorRecoveryCode = Codes(enabled)[0] };

        var tokens = Tokens.Of(await LoginAsync(app, body));
        (await LoginAsync(app, body)).IsRefused("Failed");

        Assert.Equal(9, (await app.PostAsync("/manage/2fa", new { }, tokens.AccessToken)).Json.GetProperty("recoveryCodesLeft").GetInt32());
    }

    [Theory, OnBoth]
    public async Task New_recovery_codes_replace_the_old_ones(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, enabled) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        var tokens = await LoginWithCodeAsync(app, key);

        var reset = (await app.PostAsync("/manage/2fa", new { resetRecoveryCodes = true }, tokens.AccessToken)).IsOk();

        Assert.True(reset.Is("isTwoFactorEnabled"));
        Assert.Empty(Codes(enabled).Intersect(Codes(reset)));
        (await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorRecoveryCode = Codes(enabled)[1] })).IsRefused("Failed");
        Tokens.Of(await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorRecoveryCode = Codes(reset)[0] }));
    }

    [Theory, OnBoth]
    public async Task A_new_key_ends_it_until_a_code_of_the_new_one(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        var tokens = await LoginWithCodeAsync(app, key);

        var reset = (await app.PostAsync("/manage/2fa", new { resetSharedKey = true }, tokens.AccessToken)).IsOk();

        Assert.False(reset.Is("isTwoFactorEnabled"));
        Assert.NotEqual(key, reset.Text("sharedKey"));
        tokens = await app.LoginAsync();
        (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = Code(key) }, tokens.AccessToken)).IsInvalid("InvalidTwoFactorCode");
        await EnableAsync(app, tokens);
    }

    [Theory, OnBoth]
    public async Task It_can_be_switched_off(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        var tokens = await LoginWithCodeAsync(app, key);

        Assert.False((await app.PostAsync("/manage/2fa", new { enable = false }, tokens.AccessToken)).IsOk().Is("isTwoFactorEnabled"));

        await app.LoginAsync();
    }

    [Theory, OnBoth]
    public async Task A_browser_is_remembered_if_its_cookie_stays_and_can_be_forgotten(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        using var browser = app.NewBrowser();
        var credentials = new { email = IdentityApp.Email, password = IdentityApp.Password };

        (await browser.PostAsync("/login?useCookies=true", new { credentials.email, credentials.password, twoFactorCode = Code(key) })).IsEmptyOk();
        Assert.True((await browser.PostAsync("/manage/2fa", new { })).IsOk().Is("isMachineRemembered"));
        (await browser.PostAsync("/login?useCookies=true", credentials)).IsEmptyOk();

        (await browser.PostAsync("/manage/2fa", new { forgetMachine = true })).IsOk();
        (await browser.PostAsync("/login?useCookies=true", credentials)).IsRefused("RequiresTwoFactor");
    }

    [Theory, OnBoth]
    public async Task A_browser_with_a_session_cookie_is_not_remembered(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);
        var (key, _) = await EnableAsync(app, await app.RegisterAndLoginAsync());
        using var browser = app.NewBrowser();

        (await browser.PostAsync("/login?useSessionCookies=true", new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = Code(key) })).IsEmptyOk();

        Assert.False((await browser.PostAsync("/manage/2fa", new { })).IsOk().Is("isMachineRemembered"));
    }

    [Theory, OnBoth]
    public async Task Nobody_else_asks(Wire wire)
    {
        await using var app = await IdentityApp.StartAsync(wire);

        (await app.PostAsync("/manage/2fa", new { })).IsUnauthorized();
        (await app.PostAsync("/manage/2fa", null)).IsUnauthorized();
    }

    static Task<Answer> LoginAsync(IdentityApp app, object body) => app.PostAsync("/login", body);

    static async Task<Tokens> LoginWithCodeAsync(IdentityApp app, string key) =>
        Tokens.Of(await LoginAsync(app, new { email = IdentityApp.Email, password = IdentityApp.Password, twoFactorCode = Code(key) }));

    static async Task<(string Key, Answer Enabled)> EnableAsync(IdentityApp app, Tokens tokens)
    {
        var key = (await app.PostAsync("/manage/2fa", new { }, tokens.AccessToken)).IsOk().Text("sharedKey")!;
        return (key, (await app.PostAsync("/manage/2fa", new { enable = true, twoFactorCode = Code(key) }, tokens.AccessToken)).IsOk());
    }

    static string Code(string key) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp();

    static string[] Codes(Answer answer) => [.. answer.Json.GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];
}
