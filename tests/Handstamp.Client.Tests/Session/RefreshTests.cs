using System.Net;

namespace Handstamp.Client.Tests.Session;

public sealed class RefreshTests(RunningService service) : LoggedIn(service)
{
    Task<string> TokenAsync() => Client.GetAccessTokenAsync();

    [Fact]
    public async Task An_expired_token_is_refreshed_before_it_is_sent_once_for_all_who_wait()
    {
        Time.Advance(Life);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Http.GetAsync("/me")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task In_the_last_fifth_of_its_life_a_token_is_refreshed_automatically_and_still_used()
    {
        var token = await TokenAsync();
        Time.Advance(Life * 0.79);
        Assert.Equal(token, await TokenAsync());
        Assert.Equal(0, Network.Refreshes);

        Network.Next("/refresh", Network.Hang);
        // Up to the last millisecond, because the moment of the refresh is random.
        Time.Advance((Life * 0.21) - TimeSpan.FromMilliseconds(1));

        await UntilAsync(() => Network.Refreshes == 1);
        Assert.Equal(token, await TokenAsync());
    }

    [Fact]
    public async Task A_lost_answer_logs_nobody_out()
    {
        Network.Next("/refresh", Network.Lose);
        Time.Advance(Life);
        await FailsAsync(TokenAsync, HandstampErrorCodes.Network, definitive: false);

        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEmpty(await TokenAsync());
        Assert.Single(Changes);
    }

    [Fact]
    public async Task A_login_without_an_answer_is_abandoned_after_ten_seconds()
    {
        var asked = false;
        Network.Next("/login", (pass, cancel) => { asked = true; return Network.Hang(pass, cancel); });
        var login = Client.LoginAsync(Email, Password);
        await UntilAsync(() => asked);

        Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(login.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(0.1));

        await FailsAsync(() => login, HandstampErrorCodes.Timeout, definitive: false);
    }

    [Fact]
    public async Task A_busy_service_gets_no_retry_before_the_time_that_it_names()
    {
        Network.Next("/refresh", Network.Refuse(HttpStatusCode.ServiceUnavailable, "server_busy", definitive: false, ("Retry-After", "120")));
        Time.Advance(Life);
        var fault = await FailsAsync(TokenAsync, HandstampErrorCodes.ServerBusy, definitive: false);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromMinutes(2)), (fault.StatusCode, fault.RetryAfter));

        Time.Advance(TimeSpan.FromSeconds(119));
        await FailsAsync(TokenAsync, HandstampErrorCodes.ServerBusy, definitive: false);
        Assert.Equal(1, Network.Refreshes);

        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEmpty(await TokenAsync());
    }

    [Fact]
    public async Task The_client_retries_automatically_when_the_pause_is_over()
    {
        Network.Next("/refresh", Network.Lose);
        Time.Advance(Life);
        await FailsAsync(TokenAsync, HandstampErrorCodes.Network, definitive: false);

        Time.Advance(TimeSpan.FromSeconds(2));

        await UntilAsync(() => Network.Refreshes == 2);
    }

    [Fact]
    public async Task The_pauses_grow()
    {
        Network.Always("/refresh", Network.Lose);
        Time.Advance(Life);

        // In ten minutes: a few seconds at first, and at last between half a minute and a minute.
        for (var second = 0; second < 600; second++)
        {
            await Assert.ThrowsAsync<HandstampException>(TokenAsync);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(Network.Refreshes, 12, 30);
    }

    [Fact]
    public async Task The_page_of_a_proxy_logs_nobody_out()
    {
        Network.Next("/refresh", Network.Answer(HttpStatusCode.Unauthorized, "<h1>Log in to the Wi-Fi</h1>", "text/html"));
        Time.Advance(Life);

        await FailsAsync(TokenAsync, HandstampErrorCodes.UnexpectedAnswer, definitive: false);

        Assert.NotNull(await Store.ReadAsync(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"access_token":"x"}""")]
    [InlineData("""{"access_token":null,"expires_in":1,"refresh_token":"x","session_id":"x"}""")]
    [InlineData("""{"access_token":"x","expires_in":1e999,"refresh_token":"x","session_id":"01a20726-39a8-79ec-9afd-bfa2b930bb02"}""")]
    [MemberData(nameof(AnswersWithAStrangeMember))]
    public async Task A_strange_answer_logs_nobody_out(string body)
    {
        Network.Next("/refresh", Network.Answer(HttpStatusCode.OK, body, "application/json"));
        Time.Advance(Life);

        await FailsAsync(TokenAsync, HandstampErrorCodes.UnexpectedAnswer, definitive: false);

        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEmpty(await TokenAsync());
    }


    public static TheoryData<string> AnswersWithAStrangeMember()
    {
        const string Good = """{"access_token":"x","token_type":"Bearer","expires_in":600,"refresh_token":"hsr_x","session_id":"01a20726-39a8-79ec-9afd-bfa2b930bb02","retry_window":30}""";
        (string, string[])[] strange =
        [
            ("\"expires_in\":600", ["-1", "0", "-2147483648", "2147483648", "1e3000", "599.5", "\"600\"", "null"]),
            ("\"retry_window\":30", ["-1", "-0.5", "-1e300", "1e999", "\"30\""]),
            ("\"access_token\":\"x\"", ["\"\"", "\"x\\r\\nHost: y\"", "\"x y\"", "\"\u00e9\""]),
        ];
        return new(strange.SelectMany(each => each.Item2.Select(
            value => Good.Replace(each.Item1, each.Item1.Split(':')[0] + ":" + value, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_session_that_has_ended_is_over_and_says_why()
    {
        var kept = await Store.ReadAsync(default);
        await Client.LogoutEverywhereAsync();
        await Store.WriteAsync(kept, default);
        Time.Advance(Life);
        Changes.Clear();
        Open();

        await FailsAsync(TokenAsync, HandstampErrorCodes.SessionRevoked, definitive: true);

        Assert.Null(await Store.ReadAsync(default));
        await UntilAsync(() => Changes.Any(change => change.Code == HandstampErrorCodes.SessionRevoked));
        Assert.Null(await Client.GetUserAsync());
        var asked = Network.Refreshes;
        await FailsAsync(TokenAsync, HandstampErrorCodes.SignedOut, definitive: true);
        Assert.Equal(asked, Network.Refreshes);
    }

    [Fact]
    public async Task A_definitive_refusal_of_a_token_that_another_process_has_replaced_ends_nothing()
    {
        using var other = CreateOther(ahead: Life);
        Network.Next("/refresh", async (_, cancel) =>
        {
            await other.LoginAsync(Email, Password, cancel: cancel);
            return await Network.Refuse(HttpStatusCode.Unauthorized, "refresh_token_reused", definitive: true)(null!, cancel);
        });
        Time.Advance(Life);

        Assert.NotEmpty(await TokenAsync());

        Assert.NotNull(await Store.ReadAsync(default));
        Assert.All(Changes, change => Assert.NotNull(change.SessionId));
    }

    [Fact]
    public async Task A_late_answer_does_not_replace_a_newer_token_of_another_process()
    {
        using var other = CreateOther(ahead: Life);
        string? newer = null;
        Network.Next("/refresh", async (pass, cancel) =>
        {
            var answer = await pass();
            await other.LoginAsync(Email, Password, cancel: cancel);
            newer = await Store.ReadAsync(cancel);
            return answer;
        });
        Time.Advance(Life);

        var token = TokenAsync();
        await UntilAsync(() => newer is not null);
        await MoveUntilAsync(token);

        Assert.NotEmpty(await token);
        Assert.Equal(newer, await Store.ReadAsync(default));
    }

    [Fact]
    public async Task After_a_superseded_token_the_newest_one_in_the_store_is_tried()
    {
        Network.Next("/refresh", Network.Refuse(HttpStatusCode.Conflict, "refresh_token_superseded", definitive: false));
        Time.Advance(Life);

        var token = TokenAsync();
        await MoveUntilAsync(token);

        Assert.NotEmpty(await token);
        Assert.Equal(2, Network.Refreshes);
    }

    [Fact]
    public async Task Superseded_tokens_are_not_retried_forever()
    {
        Network.Always("/refresh", Network.Refuse(HttpStatusCode.Conflict, "refresh_token_superseded", definitive: false));
        Time.Advance(Life);

        var token = TokenAsync();
        await MoveUntilAsync(token);

        await FailsAsync(() => token, HandstampErrorCodes.RefreshTokenSuperseded, definitive: false);
        Assert.Equal(4, Network.Refreshes);
        Assert.NotNull(await Store.ReadAsync(default));
    }

    [Fact]
    public async Task A_token_that_another_process_has_refreshed_is_taken_from_the_store()
    {
        using var other = CreateOther(ahead: Life);
        var token = await other.GetAccessTokenAsync();
        Time.Advance(Life);

        Assert.Equal(token, await TokenAsync());
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task A_logout_in_another_process_is_noticed_at_the_next_refresh()
    {
        using (var other = CreateClient()) await other.LogoutAsync();
        Time.Advance(Life);

        await FailsAsync(TokenAsync, HandstampErrorCodes.SignedOut, definitive: true);

        await UntilAsync(() => Changes.Count == 2);
        Assert.Equal((null, null), (Changes.Last().SessionId, Changes.Last().Code));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_costs_a_refresh()
    {
        using var back = CreateOther(ahead: -TimeSpan.FromDays(1));

        Assert.NotEmpty(await back.GetAccessTokenAsync());
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_ends_no_session()
    {
        var store = new FailingStore(Store);
        Store = store;
        Open();
        Time.Advance(Life);

        store.Fails = true;
        await FailsAsync(TokenAsync, HandstampErrorCodes.StoreFailed, definitive: false);
        store.Fails = false;
        store.FailsToWrite = true;
        await FailsAsync(TokenAsync, HandstampErrorCodes.StoreFailed, definitive: false);
        store.FailsToWrite = false;
        Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEmpty(await TokenAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("hsr_AQE")]
    [InlineData("""{"refresh_token":"x","access_token":"x","session_id":"01a20726-39a8-79ec-9afd-bfa2b930bb02","issued_at":"2026-01-01T00:00:00Z","expires_in":600,"key":"AAAA"}""")]
    public async Task A_store_with_other_data_has_nobody_logged_in(string content)
    {
        await Store.WriteAsync(content, default);
        Open();

        Assert.Null(await Client.GetUserAsync());
        await Client.LoginAsync(Email, Password);
        Assert.NotNull(await Client.GetUserAsync());
    }

    sealed class FailingStore(ITokenStore inner) : ITokenStore
    {
        public bool Fails { get; set; }

        public bool FailsToWrite { get; set; }

        public Task<string?> ReadAsync(CancellationToken cancel) =>
            Fails ? throw new IOException("The disk is gone.") : inner.ReadAsync(cancel);

        public Task WriteAsync(string? secret, CancellationToken cancel) =>
            FailsToWrite ? throw new IOException("The disk is full.") : inner.WriteAsync(secret, cancel);
    }
}
