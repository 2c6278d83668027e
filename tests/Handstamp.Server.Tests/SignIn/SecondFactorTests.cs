using System.Net;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Handstamp.Server.Tests.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>Authenticator apps and recovery codes, over the JSON routes.</summary>
public sealed class SecondFactorTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    Person _ada = null!;
    TokenSet _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _ada = new Person(_app);
        _tokens = await _app.RegisterAndLoginAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_login_with_an_app_needs_its_code_and_says_so_in_the_token()
    {
        await _ada.EnrolAsync(_tokens);
        var (token, methods) = await _ada.BeginAsync();

        using var answer = await _ada.ContinueAsync(token, _ada.NextCode());

        Assert.Equal(["totp", "recovery_code"], methods);
        var session = await SessionAsync(await TokenSet.ReadAsync(answer));
        Assert.Equal("pwd otp mfa", session.AuthenticationMethods);
    }

    [Fact]
    public async Task An_app_that_was_not_confirmed_changes_nothing()
    {
        using var begun = await _app.PostAsync("/mfa/totp", new { }, _tokens.AccessToken);
        var enrolment = await Person.ReadAsync(begun);
        _ada.Scan(enrolment);

        Assert.StartsWith("otpauth://totp/auth.example.com:ada%40example.com?secret=", enrolment.GetProperty("uri").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("<svg ", enrolment.GetProperty("qr_svg").GetString(), StringComparison.Ordinal);
        Assert.Equal("mfa_code_invalid", await RefusalAsync("/mfa/totp/confirm", new { code = _ada.CodeIn(5) }));
        await _app.LoginAsync();
        _app.Jump(TimeSpan.FromHours(1));
        Assert.Equal("invalid_request", await RefusalAsync("/mfa/totp/confirm", new { code = _ada.Code }, (await _app.LoginAsync()).AccessToken));
    }

    [Fact]
    public async Task The_longest_address_fits_into_the_QR_code()
    {
        var account = TestAccounts.Account(email: $"{new string('日', 249)}@x.io");
        await _app.Get<IAccountStore>().TryCreateAsync(account, Origin.Operator.Does(EventKind.AccountAdded, _app.Clock.GetUtcNow()));

        Assert.True((await _app.Get<SecondFactorOperations>().BeginTotpAsync(account, default)).Has(out var enrolment, out _));

        Assert.Contains(Uri.EscapeDataString(new string('日', 64)), enrolment.Uri, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(new string('日', 65)), enrolment.Uri, StringComparison.Ordinal);
        Assert.StartsWith("<svg ", enrolment.QrSvg, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_app_brings_ten_recovery_codes_and_a_second_one_none()
    {
        await _ada.EnrolAsync(_tokens, "Telephone");
        var codes = _ada.RecoveryCodes;
        var other = new Person(_app);
        // Apps are listed in the order in which they were added.
        _app.Jump(TimeSpan.FromSeconds(1));

        await other.EnrolAsync(_tokens);

        Assert.Equal(10, codes.Distinct().Count());
        Assert.Empty(other.RecoveryCodes);
        var mfa = await MfaAsync();
        Assert.Equal((10, false), (mfa.GetProperty("recovery_codes").GetInt32(), mfa.GetProperty("required").GetBoolean()));
        Assert.Equal(
            [("totp", "Telephone"), ("totp", null)],
            mfa.GetProperty("factors").EnumerateArray().Select(factor => (
                factor.GetProperty("kind").GetString()!, factor.TryGetProperty("name", out var name) ? name.GetString() : null)));
        _app.Jump(TimeSpan.FromSeconds(30));
        await _ada.LoginAsync(_ada.Code);
        await other.LoginAsync(other.Code);
    }

    [Fact]
    public async Task A_code_is_accepted_once()
    {
        await _ada.EnrolAsync(_tokens);
        Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync(_ada.Code));
        var code = _ada.NextCode();

        await _ada.LoginAsync(code);

        Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync(code));
        Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync(_ada.CodeIn(-1)));
        await _ada.LoginAsync($" {_ada.NextCode().Insert(3, " ")}");
    }

    [Fact]
    public async Task Of_many_logins_with_one_code_at_once_one_succeeds()
    {
        await _ada.EnrolAsync(_tokens);
        var tokens = new List<string>();
        for (var count = 0; count < 8; count++) tokens.Add((await _ada.BeginAsync()).Token);
        var code = _ada.NextCode();

        var answers = await Task.WhenAll(tokens.Select(token => Task.Run(() => _ada.ContinueAsync(token, code))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact]
    public async Task Wrong_codes_are_counted_over_all_logins_and_recovery_codes_still_work()
    {
        await _ada.EnrolAsync(_tokens);
        for (var guess = 0; guess < SecondFactorCodes.Guesses.Free; guess++) Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync("000000"));

        Assert.Equal("too_many_requests", await _ada.RefusedAsync(_ada.NextCode()));

        await _ada.LoginAsync(_ada.RecoveryCodes[0], "recovery_code");
        _app.Jump(TimeSpan.FromDays(1) / SecondFactorCodes.Guesses.Free);
        await _ada.LoginAsync(_ada.Code);
    }

    [Fact]
    public async Task A_right_code_does_not_count()
    {
        await _ada.EnrolAsync(_tokens);

        for (var login = 0; login < SecondFactorCodes.Guesses.Free + 2; login++) await _ada.LoginAsync(_ada.NextCode());
    }

    [Fact]
    public async Task A_recovery_code_works_once_and_is_counted_down()
    {
        await _ada.EnrolAsync(_tokens);

        var tokens = await _ada.LoginAsync(_ada.RecoveryCodes[3].ToUpperInvariant(), "recovery_code");

        Assert.Equal("pwd otp mfa", (await SessionAsync(tokens)).AuthenticationMethods);
        Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync(_ada.RecoveryCodes[3], "recovery_code"));
        Assert.Equal(9, (await MfaAsync()).GetProperty("recovery_codes").GetInt32());
        Assert.Equal([EventKind.FactorAdded, EventKind.FactorRecoveryCodeUsed], await FactorEventsAsync());
    }

    [Fact]
    public async Task Without_recovery_codes_none_is_asked_for()
    {
        await _ada.EnrolAsync(_tokens);
        foreach (var code in _ada.RecoveryCodes) await _ada.LoginAsync(code, "recovery_code");

        Assert.Equal(["totp"], (await _ada.BeginAsync()).Methods);
    }

    [Fact]
    public async Task New_recovery_codes_replace_the_old_ones()
    {
        Assert.Equal("mfa_not_enabled", await RefusalAsync("/mfa/recovery-codes", new { }));
        await _ada.EnrolAsync(_tokens);

        using var renewed = await _app.PostAsync("/mfa/recovery-codes", new { }, _tokens.AccessToken);
        var codes = (await Person.ReadAsync(renewed)).GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!).ToList();

        Assert.Equal(10, codes.Count);
        Assert.Equal("mfa_code_invalid", await _ada.RefusedAsync(_ada.RecoveryCodes[0], "recovery_code"));
        await _ada.LoginAsync(codes[0], "recovery_code");
    }

    [Fact]
    public async Task A_removed_app_is_asked_for_no_more()
    {
        await _ada.EnrolAsync(_tokens);

        using var unknown = await _app.SendAsync(HttpMethod.Delete, $"/mfa/{Guid.CreateVersion7()}", accessToken: _tokens.AccessToken);
        using var removed = await _app.SendAsync(HttpMethod.Delete, $"/mfa/{_ada.AppId}", accessToken: _tokens.AccessToken);

        Assert.Equal("factor_not_found", (await ProblemAnswer.ReadAsync(unknown)).Code);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.Equal("pwd", (await SessionAsync(await _app.LoginAsync())).AuthenticationMethods);
        Assert.Equal(0, (await MfaAsync()).GetProperty("recovery_codes").GetInt32());
        Assert.Equal([EventKind.FactorAdded, EventKind.FactorRemoved], await FactorEventsAsync());
    }

    [Fact]
    public async Task A_sixth_app_is_refused()
    {
        for (var count = 0; count < SecondFactorOperations.MaxApps; count++) await new Person(_app).EnrolAsync(_tokens);

        Assert.Equal("too_many_factors", await RefusalAsync("/mfa/totp", new { }));
    }

    [Theory]
    [InlineData("POST", "/mfa/totp")]
    [InlineData("POST", "/mfa/totp/confirm")]
    [InlineData("POST", "/mfa/recovery-codes")]
    [InlineData("DELETE", "/mfa/018c0000-0000-7000-8000-000000000001")]
    public async Task A_change_needs_a_recent_login(string method, string route)
    {
        _app.Jump(TimeSpan.FromMinutes(11));
        var refreshed = await _app.RefreshedAsync(_tokens.RefreshToken!);

        using var answer = await _app.SendAsync(new HttpMethod(method), route, new { code = "123456" }, refreshed.AccessToken);

        Assert.Equal("insufficient_user_authentication", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task A_new_password_neither_gives_nor_removes_a_second_factor()
    {
        await _ada.EnrolAsync(_tokens);
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        await _app.Get<AccountOperations>().SetPasswordAsync(account, "another unusual sentence", HashingQueue.Operator, default);

        var (token, methods) = await _ada.BeginAsync("another unusual sentence");

        Assert.Equal(["totp", "recovery_code"], methods);
        using var answer = await _ada.ContinueAsync(token, _ada.NextCode());
        await TokenSet.ReadAsync(answer);
    }

    [Fact]
    public async Task The_secrets_survive_new_and_revoked_keys_and_another_master_key()
    {
        var directory = Directory.CreateTempSubdirectory("handstamp-test-");
        try
        {
            var before = await HandstampApp.StartAsync(directory: directory.FullName);
            var ada = new Person(before);
            await ada.EnrolAsync(await before.RegisterAndLoginAsync());
            await ReplaceKeysAsync(before);
            await ada.LoginAsync(ada.NextCode());
            var clock = before.Clock;
            await before.DisposeAsync();

            await using var after = await HandstampApp.StartAsync(directory: directory.FullName, clock: clock);
            ada = ada.At(after);
            await ada.LoginAsync(ada.NextCode());
            // Long after all keys of now have expired.
            after.Jump(TimeSpan.FromDays(800));
            await after.Get<KeyRingService>().RenewAsync(default);
            await ada.LoginAsync(ada.NextCode());
            await ada.LoginAsync(ada.RecoveryCodes[0], "recovery_code");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>As operators do it: every command there is.</summary>
    static async Task ReplaceKeysAsync(HandstampApp app)
    {
        var keys = app.Get<KeyRingService>();
        var old = keys.Ring.Stored.Keys;
        foreach (var purpose in Enum.GetValues<KeyPurpose>()) Assert.True(await keys.RotateAsync(purpose, app.Clock.Now(), default));
        app.Jump(TimeSpan.FromMinutes(1));
        foreach (var key in old) Assert.Equal(key.Purpose != KeyPurpose.Data, await app.Get<KeyOperations>().RevokeAsync(key.Id, Origin.Operator, default) is KeyOutcome.Done);
        (await app.Get<MasterKeyChange>().RunAsync(null, default)).Dispose();
        await keys.RefreshAsync(default);
    }

    [Fact]
    public async Task A_data_key_can_not_be_revoked()
    {
        var data = _app.Get<KeyRingService>().Ring.Stored.Keys.Single(key => key.Purpose == KeyPurpose.Data);

        Assert.IsType<KeyOutcome.Needed>(await _app.Get<KeyOperations>().RevokeAsync(data.Id, Origin.Operator, default));
    }

    [Fact]
    public async Task A_secret_opens_only_for_its_account_and_its_row()
    {
        await _ada.EnrolAsync(_tokens);
        var store = _app.Get<ISecondFactorStore>();
        var account = (await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default))!;
        var app = Assert.Single(await store.ListAsync(account.Id, default));

        Assert.True(_app.Get<TotpSecrets>().TryOpen(app, out _));
        Assert.False(_app.Get<TotpSecrets>().TryOpen(app with { Id = Guid.CreateVersion7() }, out _));
        Assert.False(_app.Get<TotpSecrets>().TryOpen(app with { AccountId = Guid.CreateVersion7() }, out _));
    }

    [Fact]
    public async Task The_database_holds_neither_the_secret_nor_a_recovery_code()
    {
        await _ada.EnrolAsync(_tokens);
        await _ada.LoginAsync(_ada.RecoveryCodes[0], "recovery_code");

        foreach (var file in Directory.EnumerateFiles(_app.Directory))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            Assert.True(content.AsSpan().IndexOf(_ada.Secret) < 0, file);
            foreach (var code in _ada.RecoveryCodes)
                Assert.True(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(code.Replace("-", "", StringComparison.Ordinal))) < 0, file);
        }
    }

    async Task<Session> SessionAsync(TokenSet tokens) => (await _app.Get<ISessionStore>().FindAsync(tokens.SessionId, default))!.Session;

    async Task<JsonElement> MfaAsync()
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, "/mfa", accessToken: _tokens.AccessToken);
        return await Person.ReadAsync(answer);
    }

    async Task<string> RefusalAsync(string route, object body, string? accessToken = null)
    {
        using var answer = await _app.PostAsync(route, body, accessToken ?? _tokens.AccessToken);
        return (await ProblemAnswer.ReadAsync(answer)).Code;
    }

    async Task<IEnumerable<EventKind>> FactorEventsAsync() =>
        (await _app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default)).Events
        .Select(done => done.Kind).Where(kind => kind.Name().StartsWith("factor.", StringComparison.Ordinal));
}
