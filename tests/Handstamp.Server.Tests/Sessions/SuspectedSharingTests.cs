using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

/// <summary>The signs that two parties use one session: what is a sign, what is not, and the consequences.</summary>
public sealed class SuspectedSharingTests : IAsyncLifetime
{
    const string Phone = "Phone/1";
    const string Other = "curl/8";

    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    Guid _session;

    public async ValueTask InitializeAsync() => _app = await HandstampApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Agents_that_alternate_are_a_sign()
    {
        var token = await LoginAsync();
        token = await RefreshAsync(token, Other);
        token = await RefreshAsync(token, Phone);
        await RefreshAsync(token, Other);

        Assert.Equal([SharingSign.AlternatingSource, SharingSign.AlternatingSource], Events());
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_client_that_is_updated_or_moves_is_not_a_sign()
    {
        var token = await LoginAsync();
        token = await RefreshAsync(token, "Phone/2");
        token = await RefreshAsync(token, "Phone/2");
        await RefreshAsync(token, "Phone/3");

        Assert.Empty(Events());
    }

    [Fact]
    public async Task A_return_to_an_earlier_source_is_a_sign_only_within_two_lives_of_an_access_token()
    {
        var token = await LoginAsync();
        token = await RefreshAsync(token, Other);
        token = await RefreshAsync(token, Phone, after: TimeSpan.FromMinutes(20));
        Assert.Empty(Events());

        await RefreshAsync(token, Other, after: TimeSpan.FromMinutes(20) - TimeSpan.FromMilliseconds(1));
        Assert.Single(Events());
    }

    [Fact]
    public async Task A_thief_who_follows_the_victim_within_the_window_is_one_sign_for_each_issue()
    {
        var token = await LoginAsync();
        for (var refresh = 0; refresh < 3; refresh++)
        {
            var next = await RefreshAsync(token, Phone);
            for (var again = 0; again < 4; again++)
                Assert.Equal(next, await RefreshAsync(token, again % 2 == 0 ? Other : Phone, after: TimeSpan.Zero));
            token = next;
        }

        // First seen at the first refresh; back at the phone at the second; followed again at the third.
        Assert.InRange(await CountAsync(), 2, 3);
    }

    [Fact]
    public async Task One_late_retry_is_not_a_sign_and_a_second_in_a_row_is_one()
    {
        var token = await LoginAsync();
        await RefreshAsync(token, Phone);
        await RefreshAsync(token, Phone);
        Assert.Empty(Events());

        await RefreshAsync(token, Phone);
        Assert.Equal([SharingSign.RepeatedLateRetry], Events());
    }

    [Fact]
    public async Task A_skipped_successor_is_a_sign_and_a_proof()
    {
        var token = await LoginAsync();
        var lost = await RefreshAsync(token, Phone);
        var won = await RefreshAsync(token, Phone);
        await RefreshAsync(won, Phone);

        Assert.Equal("refresh_token_reused", await RefusedAsync(lost));

        Assert.Equal([SharingSign.PassedOver], Events());
    }

    [Fact]
    public async Task A_token_that_was_used_before_was_not_skipped()
    {
        await _app.DisposeAsync();
        _app = await HandstampApp.StartAsync(new() { ["Sessions:LateRetry"] = "refuse" });
        var token = await LoginAsync();
        await RefreshAsync(token, Phone);

        Assert.Equal("refresh_token_reused", await RefusedAsync(token, Phone, Window));
        Assert.Empty(Events());
    }

    [Fact]
    public async Task A_delayed_request_of_a_client_that_has_moved_on_is_not_a_sign()
    {
        var first = await LoginAsync();
        var second = await RefreshAsync(first, Phone);
        await RefreshAsync(second, Phone);

        Assert.Equal("refresh_token_superseded", await RefusedAsync(first));
        Assert.Empty(Events());
    }

    [Theory]
    [InlineData("alternating")]
    [InlineData("following")]
    public async Task The_first_sign_ends_the_session_if_the_settings_say_so(string sign)
    {
        await _app.DisposeAsync();
        _app = await HandstampApp.StartAsync(new() { ["Sessions:SuspectedSharing"] = "end" });
        var token = await LoginAsync();
        var next = await RefreshAsync(token, Other);
        var refused = sign switch
        {
            "alternating" => await RefusedAsync(next, Phone, Window),
            _ => await RefusedAsync(await RefreshAsync(next, Other), Phone),
        };

        Assert.Equal("session_revoked", refused);
        var reading = await _app.Get<ISessionStore>().FindAsync(_session, TestContext.Current.CancellationToken);
        Assert.Equal(EndReason.SharingSuspected, reading!.End!.Reason);
    }

    async Task<string> LoginAsync()
    {
        await _app.RegisterAsync();
        using var answer = await _app.SendAsync(HttpMethod.Post, "/login", Account, change: From(Phone));
        var tokens = await TokenSet.ReadAsync(answer);
        _session = tokens.SessionId;
        return tokens.RefreshToken!;
    }

    async Task<string> RefreshAsync(string token, string agent, TimeSpan? after = null)
    {
        using var answer = await SendAsync(token, agent, after ?? Window);
        return (await TokenSet.ReadAsync(answer)).RefreshToken!;
    }

    async Task<string> RefusedAsync(string token, string agent = Phone, TimeSpan after = default)
    {
        using var answer = await SendAsync(token, agent, after);
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        return (await ProblemAnswer.ReadAsync(answer)).Code;
    }

    Task<HttpResponseMessage> SendAsync(string token, string agent, TimeSpan after)
    {
        _app.Jump(after);
        return _app.SendAsync(HttpMethod.Post, "/refresh", new { refresh_token = token }, change: From(agent));
    }

    static object Account => new { email = HandstampApp.Email, password = HandstampApp.Password };

    static Action<HttpRequestMessage> From(string agent) => request => request.Headers.UserAgent.ParseAdd(agent);

    List<SharingSign> Events() => [.. _app.Logs.Of(3009)
        .Select(line => Enum.GetValues<SharingSign>().Single(sign => line.Contains($"{sign}", StringComparison.Ordinal)))];

    async Task<int> CountAsync() =>
        (await _app.Get<ISessionStore>().FindAsync(_session, TestContext.Current.CancellationToken))!.Session.SuspectedSharing.Count;
}
