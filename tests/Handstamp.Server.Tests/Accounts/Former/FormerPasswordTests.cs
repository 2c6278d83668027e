using System.Net;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>Passwords that only the former system can check, until the first right one.</summary>
public sealed class FormerPasswordTests : IAsyncLifetime
{
    // Too short for a new password.
    const string Old = "tulip";

    FormerSystem _former = null!;
    AccountService _service = null!;

    public async ValueTask InitializeAsync()
    {
        _former = await FormerSystem.StartAsync();
        _service = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _former.DisposeAsync();
    }

    [Fact]
    public async Task The_first_right_password_becomes_a_hash_and_nobody_asks_again()
    {
        var account = await AddAsync();
        var session = await _service.BeginSessionAsync(account);

        Assert.IsType<CredentialOutcome.Accepted>(await _service.CheckAsync(password: Old));

        var after = (await _service.FindAsync(account.Id))!;
        Assert.StartsWith("$argon2id$", after.PasswordHash, StringComparison.Ordinal);
        Assert.Equal(account.SecurityStamp, after.SecurityStamp);
        Assert.Null(await _service.EndOfAsync(session));
        Assert.IsType<CredentialOutcome.Accepted>(await _service.CheckAsync(password: Old));
        Assert.IsType<CredentialOutcome.Wrong>(await _service.CheckAsync(password: "rose"));
        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task The_callback_learns_who_it_is_about_and_recognizes_the_service()
    {
        var account = await AddAsync();

        await _service.CheckAsync(password: Old);

        var (authorization, body) = Assert.Single(_former.Questions);
        Assert.Equal($"Bearer {FormerSystem.Secret}", authorization);
        Assert.Equal($$"""{"id":"{{account.Id}}","email":"{{account.Email}}","username":null,"password":"{{Old}}"}""", body.GetRawText());
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_wrong_password_counts_and_changes_nothing(int status)
    {
        var account = await AddAsync();
        _former.Say(status);

        for (var attempt = 1; attempt <= 5; attempt++) Assert.IsType<CredentialOutcome.Wrong>(await _service.CheckAsync(password: Old));

        Assert.IsType<CredentialOutcome.Throttled>(await _service.CheckAsync(password: Old));
        Assert.Equal(5, _former.Questions.Count);
        Assert.Equal(Account.FormerPassword, (await _service.FindAsync(account.Id))!.PasswordHash);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Any_other_answer_says_nothing_and_does_not_count(int status)
    {
        var account = await AddAsync();
        _former.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = _former.Url;
            return Task.CompletedTask;
        };

        for (var attempt = 1; attempt <= 8; attempt++)
            Assert.Equal(new CredentialOutcome.NotKnown(FormerCalls.RetryAfter), await _service.CheckAsync(password: Old));

        Assert.Equal(8, _former.Questions.Count);
        Assert.Equal(Account.FormerPassword, (await _service.FindAsync(account.Id))!.PasswordHash);
        Assert.Contains($"account {account.Id}: it answered with the status {status}.", _service.Log, StringComparison.Ordinal);
        _former.Say(200);
        Assert.IsType<CredentialOutcome.Accepted>(await _service.CheckAsync(password: Old));
    }

    [Fact]
    public async Task An_answer_that_is_too_large_says_nothing()
    {
        await AddAsync();
        _former.Answer = context => context.Response.WriteAsync(new string('x', 17 * 1024));

        Assert.IsType<CredentialOutcome.NotKnown>(await _service.CheckAsync(password: Old));

        Assert.Contains("its answer is too large", _service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_former_system_that_is_not_there_gets_503_with_a_time_to_wait()
    {
        await using var app = await HandstampApp.StartAsync(Settings("http://127.0.0.1:1/gone"));
        await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(Account.FormerPassword, HandstampApp.Email));

        using var answer = await app.PostAsync("/login", new { email = HandstampApp.Email, password = Old });

        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((503, "former_system_unavailable", false), (problem.Status, problem.Code, problem.Definitive));
        Assert.Equal(FormerCalls.RetryAfter, problem.RetryAfter);
    }

    [Fact]
    public async Task Silence_ends_and_what_waits_for_it_is_bounded()
    {
        await AddAsync();
        var (waiting, silence) = (0, new TaskCompletionSource());
        _former.Answer = async _ =>
        {
            Interlocked.Increment(ref waiting);
            await silence.Task;
        };
        await using var service = await StartAsync("Accounts:Throttle:AccountFree=100");
        await service.AddAccountWithHashAsync(Account.FormerPassword);
        Task<CredentialOutcome>[] checks = [.. Enumerable.Range(0, FormerCalls.MaxConcurrent).Select(_ => service.CheckAsync(password: Old))];
        await Eventually.TrueAsync(() => waiting == FormerCalls.MaxConcurrent, "all places are used");

        Assert.IsType<CredentialOutcome.NotKnown>(await service.CheckAsync(password: Old));
        Assert.Equal(FormerCalls.MaxConcurrent, _former.Questions.Count);
        service.Clock.Advance(FormerCalls.Timeout);

        Assert.All(await Task.WhenAll(checks).WaitAsync(Eventually.Timeout), outcome => Assert.IsType<CredentialOutcome.NotKnown>(outcome));
        silence.SetResult();
    }

    [Fact]
    public async Task Only_passwords_of_accounts_without_a_hash_leave_and_only_after_they_were_counted()
    {
        await _service.AddAccountAsync();
        await _service.AddAccountWithHashAsync(null, "nobody@example.com");

        await _service.CheckAsync();
        await _service.CheckAsync(password: Old);
        await _service.CheckAsync("nobody@example.com", Old);
        await _service.CheckAsync("unknown@example.com", Old);

        Assert.Empty(_former.Questions);
    }

    [Fact]
    public async Task A_wrong_password_costs_what_an_unknown_name_costs()
    {
        await AddAsync();
        _former.Say(401);

        Assert.IsType<CredentialOutcome.Wrong>(await _service.CheckAsync(password: Old));
        var known = Assert.Single(_service.Hasher.Verified);
        _service.Hasher.Verified.Clear();
        Assert.IsType<CredentialOutcome.Wrong>(await _service.CheckAsync("unknown@example.com", Old));

        Assert.Equal(known, Assert.Single(_service.Hasher.Verified));
        Assert.Equal(0, _service.Hasher.Hashed);
    }

    [Fact]
    public async Task A_disabled_account_is_only_said_to_be_disabled_to_the_owner_of_the_password()
    {
        var account = await AddAsync();
        await _service.Operations.DisableAsync(account);

        Assert.IsType<CredentialOutcome.Disabled>(await _service.CheckAsync(password: Old));
        _former.Say(403);
        Assert.IsType<CredentialOutcome.Wrong>(await _service.CheckAsync(password: "rose"));

        Assert.Equal(Account.FormerPassword, (await _service.FindAsync(account.Id))!.PasswordHash);
    }

    [Theory]
    [InlineData("FormerSystem:PasswordUrl=")]
    [InlineData("FormerSystem:Until=2026-01-01")]
    public async Task Nobody_to_ask_is_a_wrong_password_and_the_log_says_why(string setting)
    {
        await using var service = await StartAsync(setting);
        var account = await service.AddAccountWithHashAsync(Account.FormerPassword);

        Assert.IsType<CredentialOutcome.Wrong>(await service.CheckAsync(password: Old));

        Assert.Single(service.Hasher.Verified);
        Assert.Empty(_former.Questions);
        Assert.Contains($"Only the former system knows the password of account {account.Id}", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_day_of_the_former_system_is_the_one_before_its_end()
    {
        await using var service = await StartAsync("FormerSystem:Until=2026-03-02");
        await service.AddAccountWithHashAsync(Account.FormerPassword);
        _former.Say(401);

        service.Clock.SetUtcNow(new DateTimeOffset(2026, 3, 1, 23, 59, 59, TimeSpan.Zero));
        await service.CheckAsync(password: Old);
        Assert.Single(_former.Questions);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await service.CheckAsync(password: Old);

        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task A_password_that_is_set_while_the_former_system_answers_stays()
    {
        var account = await AddAsync();
        _former.Answer = async context =>
        {
            await _service.Store.TryRehashAsync(account.Id, Account.FormerPassword, "set meanwhile");
            context.Response.StatusCode = 204;
        };

        await _service.CheckAsync(password: Old);

        Assert.Equal("set meanwhile", (await _service.FindAsync(account.Id))!.PasswordHash);
    }

    [Fact]
    public async Task Many_first_logins_at_once_are_all_let_in()
    {
        var account = await AddAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _service.CheckAsync(password: Old)));

        Assert.All(outcomes, outcome => Assert.IsType<CredentialOutcome.Accepted>(outcome));
        Assert.StartsWith("$argon2id$", (await _service.FindAsync(account.Id))!.PasswordHash, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_password_can_be_changed_and_confirms_who_somebody_is()
    {
        await using var app = await HandstampApp.StartAsync(Settings(_former.Url));
        await app.Get<IAccountStore>().TryCreateAsync(TestAccounts.Account(Account.FormerPassword, HandstampApp.Email));
        var session = await app.LoginAsync(password: Old);

        using var again = await app.PostAsync("/reauthenticate", new { password = Old }, session.AccessToken);
        using var change = await app.PostAsync(
            "/password/change", new { current_password = Old, new_password = HandstampApp.Password }, (await TokenSet.ReadAsync(again)).AccessToken);

        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        await app.LoginAsync();
        Assert.Single(_former.Questions);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Old, StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(FormerSystem.Secret, StringComparison.Ordinal));
    }

    Task<Account> AddAsync() => _service.AddAccountWithHashAsync(Account.FormerPassword);

    Task<AccountService> StartAsync(params string[] settings) => AccountService.StartAsync(
        [.. Settings(_former.Url).Select(setting => $"{setting.Key}={setting.Value}").Where(setting => !settings.Any(own => own.Split('=')[0] == setting.Split('=')[0])), .. settings.Where(setting => !setting.EndsWith('='))]);

    static Dictionary<string, string?> Settings(string url) => new()
    {
        ["FormerSystem:PasswordUrl"] = url,
        ["FormerSystem:Secret"] = FormerSystem.Secret,
    };
}
