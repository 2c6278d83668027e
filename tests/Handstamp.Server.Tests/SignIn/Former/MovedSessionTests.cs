using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Former;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn.Former;
using Handstamp.Server.Tests.Accounts;
using Handstamp.Server.Tests.Accounts.Former;
using Handstamp.Server.Tests.Sessions.Dpop;
using Handstamp.TestBed;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Handstamp.Server.Tests.SignIn.Former;

/// <summary>Sessions of the former system that go on here.</summary>
public sealed class MovedSessionTests : IAsyncLifetime
{
    const string Old = "CfDJ8-a-refresh-token-of-the-former-system";

    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    FormerSystem _former = null!;
    HandstampApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _former = await FormerSystem.StartAsync();
        _former.Answer = Says(new { email = HandstampApp.Email });
        _app = await StartAsync();
        await _app.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _former.DisposeAsync();
    }

    [Fact]
    public async Task An_old_refresh_token_gets_a_session_with_both_tokens()
    {
        var tokens = await MovedAsync(new { refresh_token = Old, device_name = "Phone" });

        using var me = await _app.SendAsync(HttpMethod.Get, "/me", accessToken: tokens.AccessToken);
        Assert.Contains(HandstampApp.Email, await me.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        _app.Jump(Window);
        await _app.RefreshedAsync(tokens.RefreshToken!);
        var (authorization, body) = Assert.Single(_former.Questions);
        Assert.Equal($"Bearer {FormerSystem.Secret}", authorization);
        Assert.Equal($$"""{"refresh_token":"{{Old}}"}""", body.GetRawText());
        var begun = (await EventsAsync()).Single(done => done.Kind == EventKind.SessionBegun);
        Assert.Equal(("moved", "ext"), (begun.Outcome, begun.Detail));
    }

    [Fact]
    public async Task The_same_old_token_is_the_session_s_first_token_and_the_former_system_is_not_asked_again()
    {
        var first = await MovedAsync();
        _former.Say(401);

        var again = await MovedAsync();
        Assert.Equal((first.SessionId, first.RefreshToken), (again.SessionId, again.RefreshToken));
        _app.Jump(Window);
        var rotated = await MovedAsync();
        Assert.Equal(first.SessionId, rotated.SessionId);
        Assert.NotEqual(first.RefreshToken, rotated.RefreshToken);
        Assert.Equal(rotated.RefreshToken, (await _app.RefreshedAsync(first.RefreshToken!)).RefreshToken);
        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task A_late_retry_gets_a_successor_and_a_token_that_was_passed_over_ends_the_session()
    {
        var first = await MovedAsync();
        _app.Jump(Window);
        var second = await _app.RefreshedAsync(first.RefreshToken!);
        _app.Jump(Window);
        var late = await MovedAsync();
        Assert.NotEqual(second.RefreshToken, late.RefreshToken);

        await _app.RefreshedAsync(second.RefreshToken!);
        _app.Jump(Window);

        Assert.Equal("refresh_token_reused", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);
        Assert.Equal("session_revoked", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);
    }

    [Fact]
    public async Task An_ended_session_does_not_come_back_with_its_old_token()
    {
        var tokens = await MovedAsync();
        using var logout = await _app.PostAsync("/logout", new { }, tokens.AccessToken);

        Assert.Equal("session_revoked", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);
        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task Of_many_that_present_one_old_token_at_once_all_get_the_same_session()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => MovedAsync()));

        Assert.Single(tokens.Select(one => (one.SessionId, one.RefreshToken)).Distinct());
        Assert.Single(await EventsAsync(), done => done.Kind == EventKind.SessionBegun);
    }

    [Fact]
    public async Task A_session_that_moves_with_a_proof_is_bound_and_the_old_token_is_then_useless_without_the_key()
    {
        var client = new BoundClient(_app);

        var tokens = await TokenSet.ReadAsync(await MoveAsync(client));

        Assert.Equal(client.Key.PublicKey.Thumbprint, Claims(tokens).GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal(("dpop_proof_invalid", false), await RefusalAsync(await MoveAsync(new BoundClient(_app))));
        Assert.Equal(("dpop_proof_required", false), await RefusalAsync(await _app.PostAsync("/login/former", new { refresh_token = Old })));
        _app.Jump(Window);
        Assert.Equal(("dpop_proof_invalid", false), await RefusalAsync(await MoveAsync(new BoundClient(_app))));
        Assert.Equal(tokens.SessionId, (await TokenSet.ReadAsync(await MoveAsync(client))).SessionId);
        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task Of_many_keys_that_present_one_old_token_at_once_one_gets_the_session()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MoveAsync(new BoundClient(_app))));

        Assert.Single(answers, one => one.StatusCode == HttpStatusCode.OK);
        foreach (var refused in answers.Where(one => one.StatusCode != HttpStatusCode.OK))
            Assert.Equal(("dpop_proof_invalid", false), await RefusalAsync(refused));
        Assert.Single(await EventsAsync(), done => done.Kind == EventKind.SessionBegun);
    }

    [Theory]
    [InlineData("2026-02-01", 89)]
    [InlineData("2026-12-31", 362)]
    public async Task An_old_token_is_remembered_for_the_life_of_its_session_and_while_it_would_be_taken(string until, int days)
    {
        await using var app = await StartAsync(("FormerSystem:Until", until));
        await app.RegisterAsync();
        await MovedAsync(app: app);
        var sessions = app.Get<IAccountSessionStore>();

        Assert.Equal(0, await sessions.SweepMovedAsync(app.Clock.GetUtcNow().AddDays(days), 500));
        Assert.Equal(1, await sessions.SweepMovedAsync(app.Clock.GetUtcNow().AddDays(days + 1), 500));
    }

    [Fact]
    public async Task Another_old_token_is_another_session() => Assert.NotEqual(
        (await MovedAsync()).SessionId, (await MovedAsync(new { refresh_token = Old + "2" })).SessionId);

    [Fact]
    public async Task A_token_of_this_service_never_leaves()
    {
        var own = (await _app.LoginAsync()).RefreshToken;

        foreach (var token in (string[])[own!, "hsr_anything", "hsr_"])
        {
            var problem = await RefusedAsync(HttpStatusCode.BadRequest, new { refresh_token = token });
            Assert.Equal(("invalid_request", "This is a refresh token of this service. Send it to /refresh."), (problem.Code, problem.Detail));
        }
        Assert.Empty(_former.Questions);
        Assert.Equal(own, (await _app.RefreshedAsync(own!)).RefreshToken);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" hsr_x")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("ä")]
    [InlineData(null)]
    public async Task A_text_that_is_no_token_is_refused_before_anything(string? token)
    {
        var problem = await RefusedAsync(HttpStatusCode.BadRequest, new { refresh_token = token ?? new string('x', LoginFormer.MaxLength + 1) });

        Assert.Equal("invalid_request", problem.Code);
        Assert.Empty(_former.Questions);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_token_that_the_former_system_does_not_accept_is_refused_for_good_and_counted(int status)
    {
        await using var app = await StartAsync(("Accounts:Throttle:NetworkFree", "3"));
        _former.Say(status);

        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await app.PostAsync("/login/former", new { refresh_token = Old });
            var problem = await ProblemAnswer.ReadAsync(answer);
            Assert.Equal((401, "former_token_invalid", true), (problem.Status, problem.Code, problem.Definitive));
        }
        using var last = await app.PostAsync("/login/former", new { refresh_token = Old });
        Assert.Equal("too_many_requests", (await ProblemAnswer.ReadAsync(last)).Code);
        Assert.Equal(3, _former.Questions.Count);
    }

    [Fact]
    public async Task Expired_tokens_make_nobody_solve_a_challenge()
    {
        await using var app = await StartAsync(("Challenge:Mode", "auto"), ("Challenge:Failures", "1"));
        await app.RegisterAsync();
        _former.Say(401);

        for (var attempt = 0; attempt < 12; attempt++)
        {
            using var refused = await app.PostAsync("/login/former", new { refresh_token = Old });
            Assert.Equal("former_token_invalid", (await ProblemAnswer.ReadAsync(refused)).Code);
        }

        await app.LoginAsync();
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(302, "")]
    [InlineData(404, "")]
    [InlineData(429, "")]
    [InlineData(200, "")]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    [InlineData(200, """{"id":7}""")]
    [InlineData(200, """{"email":["ada@example.com"]}""")]
    [InlineData(200, """{"email":"ada@example.com","auth_time":99999999999999}""")]
    [InlineData(200, """{"email":"ada@example.com","amr":"pwd"}""")]
    public async Task Any_other_answer_is_not_definitive_and_does_not_count(int status, string body)
    {
        await using var app = await StartAsync(("Accounts:Throttle:NetworkFree", "1"));
        _former.Answer = async context =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0) await context.Response.WriteAsync(body);
        };

        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var answer = await app.PostAsync("/login/former", new { refresh_token = Old });
            var problem = await ProblemAnswer.ReadAsync(answer);
            Assert.Equal((503, "former_system_unavailable", false), (problem.Status, problem.Code, problem.Definitive));
            Assert.Equal(FormerCalls.RetryAfter, problem.RetryAfter);
        }
        Assert.Equal(3, _former.Questions.Count);
    }

    [Fact]
    public async Task Silence_ends_and_what_waits_for_it_is_bounded()
    {
        var (waiting, silence) = (0, new TaskCompletionSource());
        _former.Answer = async _ =>
        {
            Interlocked.Increment(ref waiting);
            await silence.Task;
        };
        Task<HttpResponseMessage>[] moves =
            [.. Enumerable.Range(0, FormerCalls.MaxConcurrent).Select(_ => _app.PostAsync("/login/former", new { refresh_token = Old }))];
        await Eventually.TrueAsync(() => waiting == FormerCalls.MaxConcurrent, "all places are used");

        Assert.Equal("former_system_unavailable", (await RefusedAsync(HttpStatusCode.ServiceUnavailable)).Code);
        await _app.LoginAsync();
        await Eventually.TrueAsync(
            () => moves.All(move => move.IsCompleted), "the waiting ends", nudge: () => _app.Clock.Advance(FormerCalls.Timeout));

        foreach (var move in moves) Assert.Equal(HttpStatusCode.ServiceUnavailable, (await move).StatusCode);
        silence.SetResult();
    }

    [Fact]
    public async Task A_moved_session_is_no_recent_login_and_says_what_the_former_system_knows()
    {
        var now = _app.Clock.GetUtcNow().ToUnixTimeSeconds();

        _former.Answer = Says(new { email = HandstampApp.Email });
        var unknown = Claims(await MovedAsync(new { refresh_token = Old + "1" }));
        _former.Answer = Says(new { email = HandstampApp.Email, auth_time = now - 86_400, amr = new[] { "pwd", "No Method", "pwd" } });
        var yesterday = Claims(await MovedAsync(new { refresh_token = Old + "2" }));
        _former.Answer = Says(new { email = HandstampApp.Email, auth_time = now });
        var fresh = await MovedAsync(new { refresh_token = Old + "3" });

        Assert.Equal((0, "ext"), Shown(unknown));
        Assert.Equal((now - 86_400, "pwd"), Shown(yesterday));
        Assert.Equal((now - 601, "ext"), Shown(Claims(fresh)));
        using var recent = await _app.PostAsync("/mfa/totp", new { }, fresh.AccessToken);
        Assert.Equal("insufficient_user_authentication", (await ProblemAnswer.ReadAsync(recent)).Code);

        static (long, string) Shown(JsonElement claims) => (
            claims.GetProperty("auth_time").GetInt64(), string.Join(' ', claims.GetProperty("amr").EnumerateArray().Select(one => one.GetString())));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("username")]
    [InlineData("email")]
    public async Task The_account_is_found_by_what_the_former_system_knows(string by)
    {
        var account = TestAccounts.Account(null, "grace@example.com");
        account = account with { Identifiers = [.. account.Identifiers, Identifier.OfUsername("Grace")] };
        Assert.True(await _app.Get<IAccountStore>().TryCreateAsync(account));
        _former.Answer = Says(by switch
        {
            "id" => new { id = account.Id, email = HandstampApp.Email },
            "username" => new { username = "grace" },
            _ => (object)new { email = "GRACE@example.com", other = 1 },
        });

        Assert.Equal(account.Id.ToString(), Claims(await MovedAsync()).GetProperty("sub").GetString());
    }

    [Fact]
    public async Task An_account_that_is_not_here_is_refused_for_good_and_the_log_says_so()
    {
        _former.Answer = Says(new { email = "unknown@example.com" });

        Assert.Equal("former_token_invalid", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);

        Assert.Contains(_app.Logs.Lines, line => line.Contains("has named an account of a refresh token that does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disabled_account_gets_no_session()
    {
        var account = await _app.Get<AccountOperations>().FindAsync(HandstampApp.Email, default);
        await _app.Get<AccountOperations>().DisableAsync(account!, Origin.Operator);

        Assert.Equal("account_disabled", (await RefusedAsync(HttpStatusCode.Forbidden)).Code);
    }

    [Fact]
    public async Task Where_addresses_have_to_be_proved_a_session_needs_that_too()
    {
        await using var app = await StartAsync(("Accounts:Verification", "required"));
        var account = TestAccounts.Account(null, HandstampApp.Email);
        await app.Get<IAccountStore>().TryCreateAsync(account);

        using var answer = await app.PostAsync("/login/former", new { refresh_token = Old });

        Assert.Equal("email_not_verified", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task An_account_with_a_second_factor_gives_it_once_and_the_old_token_then_belongs_to_that_session()
    {
        var ada = new Person(_app);
        await ada.EnrolAsync(await _app.LoginAsync());

        using var due = await _app.PostAsync("/login/former", new { refresh_token = Old });
        using var other = await _app.PostAsync("/login/former", new { refresh_token = Old });
        using var given = await ada.ContinueAsync(await TicketAsync(due), ada.NextCode());
        var tokens = await TokenSet.ReadAsync(given);
        using var late = await ada.ContinueAsync(await TicketAsync(other), ada.NextCode());

        Assert.Equal("mfa_token_invalid", (await ProblemAnswer.ReadAsync(late)).Code);
        Assert.Equal(tokens.SessionId, (await MovedAsync()).SessionId);
        Assert.Equal(2, _former.Questions.Count);
    }

    [Fact]
    public async Task A_former_session_with_two_factors_needs_no_other_one()
    {
        await new Person(_app).EnrolAsync(await _app.LoginAsync());
        _former.Answer = Says(new { email = HandstampApp.Email, amr = new[] { "pwd", "otp", "mfa" } });

        await MovedAsync();
    }

    [Fact]
    public async Task In_a_cookie_the_token_is_set_again_for_a_request_whose_answer_was_lost()
    {
        var body = new { refresh_token = Old, transport = "cookie" };
        using var first = await _app.PostAsync("/login/former", body);
        using var again = await _app.PostAsync("/login/former", body);

        Assert.Null((await TokenSet.ReadAsync(first)).RefreshToken);
        Assert.Equal(CookieOf(first), CookieOf(again));
        Assert.Equal("refresh_token_invalid", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);

        static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("hsr_", StringComparison.Ordinal)).Split(';')[0];
    }

    [Fact]
    public async Task From_the_last_day_on_no_session_comes_along()
    {
        var tokens = await MovedAsync();
        _app.Jump(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero) - _app.Clock.GetUtcNow());

        Assert.Equal("former_token_invalid", (await RefusedAsync(HttpStatusCode.Unauthorized)).Code);
        await _app.RefreshedAsync(tokens.RefreshToken!);
        Assert.Single(_former.Questions);
    }

    [Fact]
    public async Task Without_a_former_system_the_route_takes_nothing()
    {
        await using var app = await HandstampApp.StartAsync();

        using var answer = await app.PostAsync("/login/former", new { refresh_token = Old });

        Assert.Equal("former_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task An_app_can_look_sessions_up_itself()
    {
        var asked = new List<string>();
        await using var app = await HandstampApp.StartAsync(
            new() { ["FormerSystem:Until"] = "2026-01-10" }, services: services => services.AddSingleton<IFormerSessions>(new Own(asked)));
        await app.RegisterAsync();

        using var answer = await app.PostAsync("/login/former", new { refresh_token = Old });

        await TokenSet.ReadAsync(answer);
        Assert.Equal([Old], asked);
    }

    [Fact]
    public async Task The_token_is_neither_stored_nor_logged()
    {
        await MovedAsync();
        _former.Say(500);
        await RefusedAsync(HttpStatusCode.ServiceUnavailable, new { refresh_token = Old + "2" });

        Assert.DoesNotContain(_app.Logs.Lines, line => line.Contains(Old, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(_app.Directory))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(Old, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    static async Task<string> TicketAsync(HttpResponseMessage answer)
    {
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("mfa_required", problem.GetProperty("code").GetString());
        return problem.GetProperty("mfa_token").GetString()!;
    }

    static Task<HttpResponseMessage> MoveAsync(BoundClient client) =>
        client.SendAsync(HttpMethod.Post, "/login/former", new { refresh_token = Old });

    static async Task<(string Code, bool Definitive)> RefusalAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var problem = await ProblemAnswer.ReadAsync(answer);
            return (problem.Code, problem.Definitive);
        }
    }

    static RequestDelegate Says(object answer) => context => context.Response.WriteAsJsonAsync(answer);

    static JsonElement Claims(TokenSet tokens) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;

    Task<HandstampApp> StartAsync(params (string Key, string Value)[] more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["FormerSystem:SessionUrl"] = _former.Url,
            ["FormerSystem:Secret"] = FormerSystem.Secret,
            ["FormerSystem:Until"] = "2026-01-10",
        };
        foreach (var (key, value) in more) settings[key] = value;
        return HandstampApp.StartAsync(settings);
    }

    async Task<IReadOnlyList<Event>> EventsAsync() =>
        (await _app.Get<IEventStore>().ReadOnAsync(EventFilter.All, Guid.Empty, 1000, default)).Events;

    async Task<TokenSet> MovedAsync(object? body = null, HandstampApp? app = null)
    {
        using var answer = await (app ?? _app).PostAsync("/login/former", body ?? new { refresh_token = Old });
        return await TokenSet.ReadAsync(answer);
    }

    async Task<ProblemAnswer> RefusedAsync(HttpStatusCode status, object? body = null)
    {
        using var answer = await _app.PostAsync("/login/former", body ?? new { refresh_token = Old });
        Assert.Equal(status, answer.StatusCode);
        return await ProblemAnswer.ReadAsync(answer);
    }

    sealed class Own(List<string> asked) : IFormerSessions
    {
        public Task<FormerSession?> FindAsync(string refreshToken, CancellationToken cancel)
        {
            asked.Add(refreshToken);
            return Task.FromResult<FormerSession?>(new FormerSession { Email = HandstampApp.Email });
        }
    }
}
