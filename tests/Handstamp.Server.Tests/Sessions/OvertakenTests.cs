using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.Server.Keys;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>Data that was verified changes before the write: the write sees the change.</summary>
public sealed class OvertakenTests : IAsyncLifetime
{
    const string New = "another unusual sentence";

    HandstampApp _app = null!;
    InterleavedSessions _sessions = null!;
    Account _account = null!;

    AccountOperations Accounts => _app.Get<AccountOperations>();

    public async ValueTask InitializeAsync()
    {
        (_app, _sessions) = await InterleavedSessions.StartAsync(new()
        {
            ["Sessions:MaxPerAccount"] = "10000",
            ["Accounts:Throttle:AccountFree"] = "10000",
            ["Accounts:Throttle:NetworkFree"] = "10000",
        });
        await _app.RegisterAsync();
        _account = await FindAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_login_with_the_old_password_is_refused_as_a_wrong_password()
    {
        _sessions.BeforeAdding = SetPasswordAsync;

        await RefusedAsync(LogInAsync(), 401, "invalid_credentials");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_login_gets_the_roles_and_claims_at_the_moment_when_its_session_begins()
    {
        _sessions.BeforeAdding = async () => await Accounts.SetRolesAsync(await FindAsync(), ["reader"]);

        using var login = await LogInAsync();

        using var me = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: (await TokenSet.ReadAsync(login)).AccessToken);
        Assert.Contains("reader", await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["reader"], RolesIn((await TokenSet.ReadAsync(login)).AccessToken));
    }

    [Fact]
    public async Task A_login_whose_key_is_revoked_meanwhile_gets_a_token_of_the_next_one()
    {
        var revoked = _app.Get<KeyRingService>().Ring.MacKey(_app.Clock.GetUtcNow()).Id;
        // By another process: this process has not read the ring again.
        _sessions.BeforeAdding = () => _app.Get<IKeyStore>().RevokeAsync($"mac-{revoked}", _app.Clock.GetUtcNow());

        using var login = await LogInAsync();

        var tokens = await TokenSet.ReadAsync(login);
        await _app.RefreshedAsync(tokens.RefreshToken!);
        Assert.NotEqual(revoked, (await _sessions.FindAsync(tokens.SessionId, default))!.Session.MacKeyId);
    }

    [Fact]
    public async Task A_refresh_whose_next_key_is_revoked_meanwhile_gets_a_token_of_another_one()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        var revoked = await NextMacKeyAsync();
        _sessions.BeforeRotating = () => RevokeElsewhereAsync(revoked);

        var renewed = await _app.RefreshedAsync(tokens.RefreshToken!);

        await _app.RefreshedAsync(renewed.RefreshToken!);
        Assert.NotEqual(revoked, (await _sessions.FindAsync(tokens.SessionId, default))!.Session.MacKeyId);
    }

    [Fact]
    public async Task A_late_retry_whose_next_key_is_revoked_meanwhile_gets_a_token_of_another_one()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _app.Clock.Advance(TimeSpan.FromSeconds(31));
        await _app.RefreshedAsync(tokens.RefreshToken!);
        var revoked = await NextMacKeyAsync();
        _sessions.AfterFind = () => RevokeElsewhereAsync(revoked);

        await _app.RefreshedAsync(tokens.RefreshToken!);

        Assert.NotEqual(revoked, (await _sessions.FindAsync(tokens.SessionId, default))!.Session.MacKeyId);
    }

    [Fact]
    public async Task A_refresh_of_a_session_whose_key_is_revoked_meanwhile_is_refused()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _app.Clock.Advance(TimeSpan.FromSeconds(31));
        _sessions.BeforeRotating = () => RevokeElsewhereAsync(CurrentMacKey);

        await RefusedAsync(_app.RefreshAsync(tokens.RefreshToken!), 401, "session_revoked");
    }

    [Fact]
    public async Task An_answer_whose_key_is_revoked_before_it_is_made_asks_the_caller_to_retry()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _sessions.AfterFind = () => _app.Get<KeyRingService>().RevokeAsync($"mac-{CurrentMacKey}", default);

        await RefusedAsync(_app.RefreshAsync(tokens.RefreshToken!), 503, "storage_unavailable");
        await RefusedAsync(_app.RefreshAsync(tokens.RefreshToken!), 401, "refresh_token_invalid");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_login_to_an_account_that_is_disabled_or_deleted_meanwhile_begins_nothing(bool deleted)
    {
        _sessions.BeforeAdding = async () =>
        {
            if (deleted) await Accounts.DeleteAsync(await FindAsync());
            else await Accounts.DisableAsync(await FindAsync());
        };

        await RefusedAsync(LogInAsync(), 401, "invalid_credentials");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_password_change_is_not_made_if_an_operators_change_comes_first()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _sessions.BeforeAdding = SetPasswordAsync;

        await RefusedAsync(ChangeAsync(tokens, "a third unusual sentence"), 409, "account_changed");

        await _app.LoginAsync(password: New);
        await RefusedAsync(_app.RefreshAsync(tokens.RefreshToken!), 401, "session_revoked");
    }

    [Fact]
    public async Task A_password_change_keeps_what_an_operator_writes_meanwhile()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _sessions.BeforeAdding = async () => await Accounts.SetRolesAsync(await FindAsync(), ["reader"]);

        Assert.Equal(["reader"], RolesIn((await ChangedAsync(tokens)).AccessToken));

        Assert.Equal(["reader"], (await FindAsync()).Claims.Roles);
    }

    [Fact]
    public async Task A_session_that_ends_while_it_changes_the_password_gets_no_new_session()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _sessions.BeforeAdding = () => _app.Get<SessionOperations>().EndAllAsync(_account.Id, EndReason.LogoutEverywhere, _app.Clock.GetUtcNow());

        await RefusedAsync(ChangeAsync(tokens, New), 401, "session_revoked");

        Assert.Empty(await ListAsync());
        await _app.LoginAsync();
    }

    [Fact]
    public async Task One_of_two_simultaneous_password_changes_is_made()
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        _sessions.BeforeAdding = async () => (await ChangeAsync(tokens, New)).EnsureSuccessStatusCode();

        await RefusedAsync(ChangeAsync(tokens, "a third unusual sentence"), 409, "account_changed");

        Assert.Single(await ListAsync());
        await _app.LoginAsync(password: New);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_session_that_began_with_the_old_password_survives_its_change(bool byOperator)
    {
        using var login = await LogInAsync();
        var tokens = await TokenSet.ReadAsync(login);
        using var answered = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        var loops = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var answer = await LogInAsync();
                answered.Release();
            }
        })).ToList();
        // From the second answer on, other logins are being checked at any moment.
        for (var answer = 0; answer < 8; answer++) await answered.WaitAsync();

        Guid[] kept = [];
        if (byOperator) await SetPasswordAsync();
        else kept = [(await ChangedAsync(tokens)).SessionId];
        await stop.CancelAsync();
        await Task.WhenAll(loops);

        Assert.Equal(kept, (await ListAsync()).Select(listed => listed.Session.Id));
    }

    byte CurrentMacKey => _app.Get<KeyRingService>().Ring.MacKey(_app.Clock.GetUtcNow()).Id;

    /// <summary>The next key is in use now, and the newest token of each session is past its window.</summary>
    async Task<byte> NextMacKeyAsync()
    {
        Assert.True(await _app.Get<KeyRingService>().RotateAsync(KeyPurpose.Mac, _app.Clock.GetUtcNow(), default));
        _app.Clock.Advance(TimeSpan.FromSeconds(31));
        return CurrentMacKey;
    }

    // This process has not read the ring again.
    Task RevokeElsewhereAsync(byte key) => _app.Get<IKeyStore>().RevokeAsync($"mac-{key}", _app.Clock.GetUtcNow());

    async Task<TokenSet> ChangedAsync(TokenSet tokens)
    {
        using var answer = await ChangeAsync(tokens, New);
        return await TokenSet.ReadAsync(answer);
    }

    Task<HttpResponseMessage> LogInAsync() =>
        _app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password });

    Task<HttpResponseMessage> ChangeAsync(TokenSet tokens, string chosen) => _app.PostAsync(
        "/password/change", new { current_password = HandstampApp.Password, new_password = chosen }, tokens.AccessToken);

    async Task SetPasswordAsync() =>
        Assert.IsType<AccountOutcome.Done>(await Accounts.SetPasswordAsync(await FindAsync(), New, HashingQueue.Operator, default));

    async Task<Account> FindAsync() => (await Accounts.FindAsync(HandstampApp.Email, default))!;

    Task<IReadOnlyList<ListedSession>> ListAsync() => _sessions.ListAsync(_account.Id, _app.Clock.GetUtcNow(), 1000, default);

    static IEnumerable<string?> RolesIn(string accessToken)
    {
        var payload = System.Buffers.Text.Base64Url.DecodeFromChars(accessToken.Split('.')[1]);
        using var json = System.Text.Json.JsonDocument.Parse(payload);
        return [.. json.RootElement.GetProperty("roles").EnumerateArray().Select(role => role.GetString())];
    }

    static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((status, code), (problem.Status, problem.Code));
    }
}
