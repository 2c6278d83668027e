using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Handstamp.Bearer.ExposedTokens;
using Handstamp.TestBed;
using Handstamp.Tokens;
using Xunit;

namespace Handstamp.Bearer.Tests.ExposedTokens;

public sealed class RefreshTokenWatchTests : IAsyncLifetime
{
    const string Challenge = "Bearer error=\"invalid_token\", error_description=\"This is a refresh token, and it now "
        + "counts as exposed. Send it only to the login service. Send the access token here.\"";

    static readonly Guid Session = new("0195510a-7c1e-7a4b-9d5e-3f2a1b0c9d8e");
    static readonly string Token = TestIssuer.RefreshToken(Session);

    TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    public ValueTask DisposeAsync() => _issuer.DisposeAsync();

    Task ReportedAsync(int count) => Eventually.TrueAsync(() => _issuer.Reports.Count >= count, $"{count} reports are made");

    [Theory]
    [InlineData("/me", "Authorization", "Bearer {0}", "Authorization header")]
    [InlineData("/me", "Authorization", "{0}", "Authorization header")]
    [InlineData("/me", "Authorization", "DPoP {0}", "Authorization header")]
    [InlineData("/me?a=1&token={0}", "X-Nothing", "1", "query")]
    [InlineData("/me?a=1&token=%68sr_{1}&b=hsr_", "X-Nothing", "1", "query")]
    [InlineData("/me", "Cookie", "a=1; __Secure-handstamp={0}", "cookies")]
    public async Task A_refresh_token_at_an_API_is_refused_logged_and_reported(string path, string name, string value, string place)
    {
        await using var api = await TestApi.FollowAsync(_issuer);

        var answer = await api.SendAsync(Fill(path), (name, Fill(value)));
        await ReportedAsync(1);

        Assert.Equal((HttpStatusCode.Unauthorized, Challenge), (answer.Status, answer.Challenge));
        Assert.Equal(
            $"Warning A text that looks like a refresh token arrived in the {place} of a request. It has not been verified yet. ",
            Assert.Single(api.Logs.Of(6200)));
        await Eventually.TrueAsync(() => api.Logs.Of(6201).Any(), "the alarm is raised");
        Assert.Equal(
            $"Error A refresh token of session {Session} arrived in the {place} of a request: it was exposed. The issuer has verified it "
            + "and ended the session. Find out which client sent it. ",
            Assert.Single(api.Logs.Of(6201)));
        using var report = JsonDocument.Parse(Assert.Single(_issuer.Reports));
        Assert.Equal(Token, report.RootElement.GetProperty("refresh_token").GetString());
        Assert.True(report.RootElement.GetProperty("exposed").GetBoolean());
    }

    static string Fill(string text) => text.Replace("{0}", Token, StringComparison.Ordinal)
        .Replace("{1}", Token[4..], StringComparison.Ordinal);

    [Fact]
    public async Task The_value_of_a_refresh_token_is_in_no_log_line_of_this_library()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        await api.SendAsync("/me", ("Authorization", "Bearer " + Token));
        await ReportedAsync(1);
        Assert.DoesNotContain(api.Logs.Lines, line => line.Text.Contains(Token[10..40], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refresh_token_is_refused_beside_a_good_access_token()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var answer = await api.GetAsync("/me?leak=" + Token, _issuer.Issue());
        Assert.Equal((HttpStatusCode.Unauthorized, Challenge), (answer.Status, answer.Challenge));
    }

    [Fact]
    public async Task A_refresh_token_is_reported_from_a_public_route_too()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/?leak=" + Token)).Status);
        await ReportedAsync(1);
    }

    [Fact]
    public async Task A_damaged_refresh_token_in_the_header_is_named_as_one_and_not_reported()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var answer = await api.GetAsync("/me", Token[..60]);
        Assert.Equal((HttpStatusCode.Unauthorized, Challenge), (answer.Status, answer.Challenge));
        Assert.Single(api.Logs.Of(6200));

        // The next complete token is the first that is reported.
        await api.GetAsync("/me", Token);
        await ReportedAsync(1);
        Assert.Single(_issuer.Reports);
    }

    [Theory]
    [InlineData("/me?search=hsr_something", "a=hsr_")]
    [InlineData("/me?hsr_=1", "hsr_=1")]
    public async Task A_value_that_only_starts_like_a_refresh_token_is_ignored(string path, string cookie)
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var answer = await api.SendAsync(path, ("Authorization", "Bearer " + _issuer.Issue()), ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_refresh_token_is_allowed_at_the_refresh_route_of_an_application_that_contains_the_issuer()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var answer = await api.SendAsync("/refresh", ("Cookie", "handstamp=" + Token));
        Assert.Equal((HttpStatusCode.OK, "nobody"), (answer.Status, answer.Body));
        Assert.Empty(api.Logs.Of(6200));
    }

    [Fact]
    public async Task A_session_is_reported_once_however_often_its_token_is_sent()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        for (var i = 0; i < 5; i++)
            await api.GetAsync("/me", Token);
        await api.GetAsync("/me", TestIssuer.RefreshToken(Guid.NewGuid()));
        await ReportedAsync(2);
        Assert.Equal(2, _issuer.Reports.Count);
    }

    [Fact]
    public async Task Thousands_of_made_up_tokens_from_one_sender_do_not_hide_a_real_one_from_another()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var stranger = new MacKey(1, [.. Enumerable.Repeat((byte)7, MacKey.SecretSize)]);
        for (var i = 0; i < 2000; i++)
            await api.GetAsync("/me", RefreshToken.Create(stranger, Session, i + 1).Encode());

        using var elsewhere = From(IPAddress.Parse("127.0.0.2"), api);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/me") { Headers = { Authorization = new("Bearer", Token) } };
        (await elsewhere.SendAsync(request)).Dispose();

        await Eventually.TrueAsync(() => api.Logs.Of(6201).Any(), "the real one is reported");
        Assert.Equal(Sightings.MostOfOne + 1, _issuer.Reports.Count);
        Assert.Equal(Sightings.MostOfOne + 1, api.Logs.Of(6200).Count());
        Assert.Single(api.Logs.Lines, line => line.Text.Contains(Session.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sender_that_has_sent_too_many_is_checked_again_a_minute_later()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        for (var i = 0; i <= Sightings.MostOfOne; i++)
            await api.GetAsync("/me", TestIssuer.RefreshToken(Guid.NewGuid()));
        await ReportedAsync(Sightings.MostOfOne);

        _issuer.Clock.Advance(TimeSpan.FromMinutes(1));
        await api.GetAsync("/me", Token);

        await ReportedAsync(Sightings.MostOfOne + 1);
        Assert.Equal(Sightings.MostOfOne + 1, _issuer.Reports.Count);
    }

    [Fact]
    public async Task A_token_that_the_issuer_did_not_make_is_reported_once_and_is_not_a_failure()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        var forged = RefreshToken.Create(new MacKey(1, [.. Enumerable.Repeat((byte)7, MacKey.SecretSize)]), Session, 1).Encode();
        await api.GetAsync("/me", forged);
        await ReportedAsync(1);
        await api.GetAsync("/me", Token);
        await Eventually.TrueAsync(() => api.Logs.Of(6201).Any(), "the real one of the same session is reported");

        Assert.Equal(2, _issuer.Reports.Count);
        Assert.Empty(api.Logs.Of(6202));
    }

    static HttpClient From(IPAddress sender, TestApi api) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(sender, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = api.Client.BaseAddress,
    };

    [Fact]
    public async Task A_report_that_fails_is_logged_and_tried_again_only_for_a_new_sighting_after_a_pause()
    {
        await using var api = await TestApi.FollowAsync(_issuer);
        _issuer.IsAway = true;
        for (var i = 0; i < 5; i++)
            await api.GetAsync("/me", Token);
        await Eventually.TrueAsync(() => api.Logs.Of(6202).Any(), "the failure is logged");
        for (var i = 0; i < 20; i++)
            await api.GetAsync("/me", Token);
        Assert.Equal(1, _issuer.Asked("/refresh"));

        _issuer.IsAway = false;
        await Eventually.TrueAsync(
            () => !_issuer.Reports.IsEmpty, "the report is made",
            () =>
            {
                _issuer.Clock.Advance(TimeSpan.FromSeconds(10));
                _ = api.GetAsync("/me", Token);
            });
        Assert.Single(_issuer.Reports);
    }

    [Fact]
    public async Task Reports_can_be_turned_off()
    {
        await using var api = await TestApi.FollowAsync(_issuer, options => options.ReportExposedTokens = false);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/me", Token)).Status);
        Assert.Single(api.Logs.Of(6200));
        Assert.Equal(0, _issuer.Asked("/refresh"));
    }
}
