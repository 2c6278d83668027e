using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>A passkey as the second factor of a login with a password.</summary>
public sealed class PasskeySecondFactorTests : PasskeyTests
{
    internal override Dictionary<string, string?> Settings =>
        new() { ["Accounts:SecondFactor"] = "required", ["Accounts:SecondFactorGrace"] = "01:00:00" };

    readonly Authenticator _authenticator = new();

    [Theory]
    [InlineData(true, "pwd hwk user mfa")]
    [InlineData(false, "pwd hwk mfa")]
    public async Task The_password_needs_it_and_the_session_says_so(bool verified, string methods)
    {
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });
        _authenticator.Flags = verified ? (byte)(Authenticator.Present | Authenticator.Verified) : Authenticator.Present;

        using var answer = await ContinueAsync(token, ceremony, _authenticator.Get(options));

        Assert.Equal(methods, string.Join(' ', MethodsIn(await TokenSet.ReadAsync(answer))));
    }

    [Fact]
    public async Task The_options_name_the_accounts_passkeys_and_no_others()
    {
        await AddedAsync(_authenticator);
        await AddedAsync(new Authenticator(), await EveAsync());

        var (_, options) = await BeginAsync("/login/mfa/options", new { mfa_token = await BeginAsync() });

        var allowed = Assert.Single(options.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal(Authenticator.Encode(_authenticator.CredentialId), allowed.GetProperty("id").GetString());
        Assert.Equal(["internal", "hybrid"], allowed.GetProperty("transports").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task The_options_cost_no_try()
    {
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        for (var asked = 0; asked < 20; asked++) await BeginAsync("/login/mfa/options", new { mfa_token = token });
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });

        AssertIs(HttpStatusCode.OK, await ContinueAsync(token, ceremony, _authenticator.Get(options)));

        Assert.Equal("mfa_token_invalid", (await ProblemAsync(App.PostAsync("/login/mfa/options", new { mfa_token = token }))).Code);
        Assert.Equal("mfa_token_invalid", (await ProblemAsync(App.PostAsync("/login/mfa/options", new { mfa_token = "nonsense" }))).Code);
    }

    [Fact]
    public async Task A_passkey_that_the_browser_made_by_itself_is_no_second_factor()
    {
        var unasked = new Authenticator { Flags = Authenticator.Synced | Authenticator.BackedUp };
        await AddedAsync(unasked, conditional: true);
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });
        unasked.Flags |= Authenticator.Present | Authenticator.Verified;

        var allowed = Assert.Single(options.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal(Authenticator.Encode(_authenticator.CredentialId), allowed.GetProperty("id").GetString());
        Assert.Equal("passkey_invalid", (await ProblemAsync(ContinueAsync(token, ceremony, unasked.Get(options)))).Code);
    }

    [Fact]
    public async Task The_passkey_of_another_account_is_refused()
    {
        await AddedAsync(_authenticator);
        var eves = new Authenticator();
        await AddedAsync(eves, await EveAsync());
        var token = await BeginAsync();
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });

        Assert.Equal("passkey_invalid", (await ProblemAsync(ContinueAsync(token, ceremony, eves.Get(options)))).Code);
    }

    [Fact]
    public async Task A_proof_for_a_login_alone_is_no_second_factor_and_the_other_way_round()
    {
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        var (alone, optionsAlone) = await BeginLoginAsync();
        var (second, optionsSecond) = await BeginAsync("/login/mfa/options", new { mfa_token = token });

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(ContinueAsync(token, alone, _authenticator.Get(optionsAlone)))).Code);
        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(LoginAsync(second, _authenticator.Get(optionsSecond)))).Code);
    }

    [Fact]
    public async Task A_proof_is_good_for_one_login()
    {
        await AddedAsync(_authenticator);
        var (first, second) = (await BeginAsync(), await BeginAsync());
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = first });
        var credential = _authenticator.Get(options);
        AssertIs(HttpStatusCode.OK, await ContinueAsync(first, ceremony, credential.DeepClone().AsObject()));

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(ContinueAsync(second, ceremony, credential.DeepClone().AsObject()))).Code);
    }

    [Fact]
    public async Task Without_a_ceremony_it_is_refused()
    {
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        var (_, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });

        var problem = await ProblemAsync(App.PostAsync("/login/mfa", new { mfa_token = token, method = "passkey", credential = _authenticator.Get(options) }));

        Assert.Equal("passkey_ceremony_invalid", problem.Code);
    }

    [Fact]
    public async Task A_passkey_alone_needs_no_second_one()
    {
        await AddedAsync(_authenticator);
        // From now on every account needs a second factor.
        App.Jump(TimeSpan.FromHours(2));

        Assert.Equal(["hwk", "user"], MethodsIn(await LoggedInAsync(_authenticator)));
    }

    [Fact]
    public async Task A_second_spelling_of_a_member_does_not_say_that_the_user_was_verified()
    {
        await AddedAsync(_authenticator);
        var token = await BeginAsync();
        var (ceremony, options) = await BeginAsync("/login/mfa/options", new { mfa_token = token });
        var verified = _authenticator.Get(options)["response"]!["authenticatorData"]!.GetValue<string>();
        _authenticator.Flags = Authenticator.Present;
        var credential = _authenticator.Get(options);
        var signed = credential["response"]!["authenticatorData"]!.GetValue<string>();
        credential["response"]!["authenticatorData"] = verified;
        credential["response"]!["AuthenticatorData"] = signed;

        Assert.Equal("passkey_invalid", (await ProblemAsync(ContinueAsync(token, ceremony, credential))).Code);
    }

    [Fact]
    public async Task It_also_authenticates_again()
    {
        await AddedAsync(_authenticator);
        App.Jump(TimeSpan.FromMinutes(11));
        var old = await App.RefreshedAsync(Ada.RefreshToken!);
        var (ceremony, options) = await BeginLoginAsync();

        using var answer = await App.PostAsync(
            "/reauthenticate", new { method = "passkey", ceremony, credential = _authenticator.Get(options) }, old.AccessToken);

        var fresh = (await ReadAsync(answer)).GetProperty("access_token").GetString();
        AssertIs(HttpStatusCode.OK, await App.PostAsync("/passkeys/options", new { }, fresh));
    }

    /// <summary>The first factor; returns the token for the second one.</summary>
    async Task<string> BeginAsync()
    {
        using var answer = await App.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("mfa_required", body.GetProperty("code").GetString());
        Assert.Equal(["passkey"], body.GetProperty("methods").EnumerateArray().Select(one => one.GetString()));
        return body.GetProperty("mfa_token").GetString()!;
    }

    Task<HttpResponseMessage> ContinueAsync(string token, string ceremony, JsonObject credential) =>
        App.PostAsync("/login/mfa", new { mfa_token = token, method = "passkey", ceremony, credential });
}
