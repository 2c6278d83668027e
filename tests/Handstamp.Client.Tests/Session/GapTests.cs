using Handstamp.Client.Session;
using Handstamp.TestBed;

namespace Handstamp.Client.Tests.Session;

/// <summary>Refreshes that meet the quiet gap, or that take too long.</summary>
public sealed class GapTests(RunningService service) : LoggedIn(service)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    Task<string> TokenAsync(CancellationToken cancel = default) => Client.GetAccessTokenAsync(cancel);

    [Fact]
    public async Task The_client_waits_for_the_end_of_a_quiet_gap_and_the_call_takes_longer()
    {
        DateTimeOffset? again = null;
        Network.Next("/refresh", Wire.Superseded(7));
        Network.Next("/refresh", (pass, _) => { again = Time.GetUtcNow(); return pass(); });
        Time.Advance(Life);
        var begun = Time.GetUtcNow();

        var token = TokenAsync();
        await MoveUntilAsync(token);

        Assert.NotEmpty(await token);
        Assert.InRange(again!.Value - begun, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_caller_who_stops_waiting_stops_at_once_and_no_other_caller_does()
    {
        Network.Next("/refresh", Wire.Superseded(7));
        Time.Advance(Life);
        using var impatient = new CancellationTokenSource();
        var (given, other) = (TokenAsync(impatient.Token), TokenAsync());
        await UntilAsync(() => Network.Refreshes == 1);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        await MoveUntilAsync(other);
        Assert.NotEmpty(await other);
    }

    [Fact]
    public async Task Nobody_waits_forever_and_the_session_continues()
    {
        Network.Always("/refresh", Wire.Superseded(300));
        Time.Advance(Life);
        var begun = Time.GetUtcNow();

        var token = TokenAsync();
        await MoveUntilAsync(token);

        var fault = await FailsAsync(() => token, HandstampErrorCodes.RefreshTokenSuperseded, definitive: false);
        Assert.Equal(TimeSpan.FromMinutes(5), fault.RetryAfter);
        Assert.InRange(Time.GetUtcNow() - begun, 3 * Longest, 4 * Longest);
        await FailsAsync(() => TokenAsync(), HandstampErrorCodes.RefreshTokenSuperseded, definitive: false);
        Assert.Equal(4, Network.Refreshes);

        Network.Mend();
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotEmpty(await TokenAsync());
    }

    [Fact]
    public async Task The_client_also_waits_for_less_than_a_millisecond()
    {
        Open(options => options.Timings = new() { QuietGap = TimeSpan.FromMilliseconds(5000.5) });
        Network.Next("/refresh", Wire.Superseded(7));
        Time.Advance(Life);
        var token = TokenAsync();
        await UntilAsync(() => Network.Refreshes == 1);

        await MoveUntilAsync(token);

        Assert.NotEmpty(await token);
    }

    [Fact]
    public async Task A_token_that_another_process_stores_meanwhile_ends_the_wait()
    {
        using var other = CreateOther(ahead: Life);
        Network.Next("/refresh", Wire.Superseded(10));
        Time.Advance(Life);
        var begun = Time.GetUtcNow();
        var token = TokenAsync();
        await UntilAsync(() => Network.Refreshes == 1);

        await other.LoginAsync(Email, Password);
        await MoveUntilAsync(token);

        Assert.Equal(await other.GetAccessTokenAsync(), await token);
        Assert.Equal(1, Network.Refreshes);
        Assert.True(Time.GetUtcNow() - begun < Longest);
    }

    [Fact]
    public async Task The_wait_delays_no_other_process_and_no_login()
    {
        using var home = new TempDirectory();
        FileTokenStore OpenStore() => new(home.File("session"), FileProtection.KeyFile);
        Store = OpenStore();
        Open();
        await Client.LoginAsync(Email, Password);
        Network.Next("/refresh", Wire.Superseded(10));
        Time.Advance(Life);
        var token = TokenAsync();
        await UntilAsync(() => Network.Refreshes == 1);

        using (var turn = await OpenStore().TakeTurnAsync(default)) Assert.NotNull(turn);
        await Client.LoginAsync(Email, Password);

        await MoveUntilAsync(token);
        Assert.NotEmpty(await token);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task An_answer_to_an_abandoned_request_is_ignored()
    {
        var before = await Store.ReadAsync(default);
        Network.Next("/refresh", async (pass, _) =>
        {
            var answer = await pass();
            // The machine sleeps, and only the wall clock continues.
            Time.Advance(TimeSpan.FromSeconds(5.1));
            return answer;
        });
        Time.Advance(Life);

        await FailsAsync(() => TokenAsync(), HandstampErrorCodes.Timeout, definitive: false);

        Assert.Equal(before, await Store.ReadAsync(default));
        Time.Advance(Longest);
        Assert.NotEmpty(await TokenAsync());
    }

    [Fact]
    public async Task A_late_answer_with_a_shorter_window_that_was_not_known_before_is_ignored()
    {
        var before = await Store.ReadAsync(default);
        Network.Next("/refresh", (pass, cancel) =>
        {
            Time.Advance(TimeSpan.FromSeconds(4));
            return Wire.Granted(("retry_window", 9))(pass, cancel);
        });
        Time.Advance(Life);

        await FailsAsync(() => TokenAsync(), HandstampErrorCodes.Timeout, definitive: false);

        Assert.Equal(before, await Store.ReadAsync(default));
    }

    [Theory]
    [InlineData(9.0, 1.5)]
    [InlineData(1.5, 0.25)]
    [InlineData(60.0, 5)]
    [InlineData(0.0, 5)]
    [InlineData(null, 5)]
    public async Task A_refresh_is_abandoned_after_a_sixth_of_the_window_by_the_next_process_too(double? window, double seconds)
    {
        Network.Next("/refresh", Wire.Granted(("retry_window", window)));
        Time.Advance(Life);
        await TokenAsync();
        Open();
        var given = CancellationToken.None;
        Network.Next("/refresh", (pass, cancel) => { given = cancel; return Network.Hang(pass, cancel); });
        Time.Advance(Life);
        var token = TokenAsync();
        await UntilAsync(() => given.CanBeCanceled);

        Time.Advance(TimeSpan.FromSeconds(seconds * 0.99));
        Assert.False(given.IsCancellationRequested);
        Time.Advance(TimeSpan.FromSeconds(seconds * 0.02));
        Assert.True(given.IsCancellationRequested);

        await FailsAsync(() => token, HandstampErrorCodes.Timeout, definitive: false);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","retry_window":9""")]
    [InlineData(""","what_is_not_known_yet":{"a":[1]}""")]
    public void A_file_of_an_older_or_newer_client_is_read(string more)
    {
        var text = $$"""{"refresh_token":"x","access_token":"y","session_id":"{{Wire.Session}}","issued_at":"2026-01-01T00:00:00Z","expires_in":600{{more}}}""";
        Assert.Equal("x", StoredSession.Read(text)!.RefreshToken);
    }
}
