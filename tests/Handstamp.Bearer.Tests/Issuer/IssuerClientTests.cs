using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Handstamp.Bearer.Issuer;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Handstamp.Bearer.Tests.Issuer;

/// <summary>Each request as it goes out, and what an answer becomes.</summary>
public sealed class IssuerClientTests
{
    const string Authority = "https://login.example.com";
    const string Discovery = """{"issuer":"https://login.example.com","jwks_uri":"https://login.example.com/keys"}""";

    static readonly Uri Address = new(Authority + "/there");
    static readonly EntityTagHeaderValue Tag = new("\"1\"");

    readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_discovery_document_is_requested_without_the_credential()
    {
        using var wire = new Wire(Answer(Discovery));
        using var issuer = Client(wire);

        Assert.Equal(new Uri(Authority + "/keys"), (await issuer.DiscoverAsync()).Keys);

        Assert.Equal("GET https://login.example.com/.well-known/openid-configuration", wire.Sent);
        Assert.Null(wire.Headers!.Authorization);
    }

    [Fact]
    public async Task Keys_are_requested_with_the_tag_of_those_that_are_known()
    {
        using var wire = new Wire(new HttpResponseMessage(HttpStatusCode.NotModified) { Headers = { ETag = Tag } });
        using var issuer = Client(wire);

        var published = await issuer.FetchKeysAsync(Address, Tag);

        Assert.Equal([Tag], wire.Headers!.IfNoneMatch);
        Assert.Equal((null, Tag, null), (published.Keys, published.Tag, published.MaxAge));
    }

    [Fact]
    public async Task The_first_request_for_keys_has_no_tag()
    {
        using var wire = new Wire(new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent("""{"keys":[]}"""),
            Headers = { CacheControl = new() { MaxAge = TimeSpan.FromMinutes(3) } },
        });
        using var issuer = Client(wire);

        var published = await issuer.FetchKeysAsync(Address, tag: null);

        Assert.Empty(wire.Headers!.IfNoneMatch);
        Assert.Empty(published.Keys!.Keys);
        Assert.Equal((null, TimeSpan.FromMinutes(3)), (published.Tag, published.MaxAge));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1-7")]
    public async Task The_feed_is_opened_with_the_credential_and_the_last_event_that_was_seen(string? last)
    {
        using var wire = new Wire(Answer(""));
        using var issuer = Client(wire);

        using var answer = await issuer.OpenFeedAsync(Address, last, default);

        Assert.Equal($"Bearer {TestIssuer.Credential}", wire.Headers!.Authorization!.ToString());
        Assert.Equal("text/event-stream", wire.Headers.Accept.ToString());
        Assert.Equal(last, wire.Headers.TryGetValues("Last-Event-ID", out var values) ? values.Single() : null);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task A_token_is_active_if_the_issuer_says_so(string active, bool isActive)
    {
        using var wire = new Wire(Answer($$"""{"active":{{active}}}"""));
        using var issuer = Client(wire);

        Assert.Equal(isActive, await issuer.IntrospectAsync(Address, "a&b"));

        Assert.Equal("POST https://login.example.com/there token=a%26b", wire.Sent);
        Assert.Equal($"Bearer {TestIssuer.Credential}", wire.Headers!.Authorization!.ToString());
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.Unauthorized, false)]
    public async Task An_exposed_token_is_reported_without_the_credential(HttpStatusCode status, bool isIssuers)
    {
        using var wire = new Wire(new HttpResponseMessage(status));
        using var issuer = Client(wire);

        Assert.Equal(isIssuers, await issuer.ReportExposedAsync("hsr_a"));

        Assert.Equal("""DELETE https://login.example.com/refresh {"refresh_token":"hsr_a","exposed":true}""", wire.Sent);
        Assert.Null(wire.Headers!.Authorization);
    }

    [Fact]
    public async Task A_report_that_is_refused_for_another_reason_has_failed()
    {
        using var wire = new Wire(new HttpResponseMessage(HttpStatusCode.TooManyRequests));
        using var issuer = Client(wire);

        await Assert.ThrowsAsync<HttpRequestException>(() => issuer.ReportExposedAsync("hsr_a"));
    }

    [Theory]
    [InlineData("not JSON", "https://login.example.com gave an invalid answer.")]
    [InlineData("null", "The issuer answered null.")]
    public async Task An_answer_that_cannot_be_read_is_a_failed_request(string body, string sentence)
    {
        using var wire = new Wire(Answer(body));
        using var issuer = Client(wire);

        Assert.Equal(sentence, (await Assert.ThrowsAsync<HttpRequestException>(issuer.DiscoverAsync)).Message);
    }

    [Fact]
    public async Task Keys_that_are_no_key_set_are_a_failed_request()
    {
        using var wire = new Wire(Answer("[]"));
        using var issuer = Client(wire);

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => issuer.FetchKeysAsync(Address, tag: null));

        Assert.Equal("The issuer's keys are not a JWK set.", fault.Message);
    }

    [Fact]
    public async Task Ten_seconds_of_silence_are_a_failed_request()
    {
        using var wire = new Wire(answer: null);
        using var issuer = Client(wire);

        var waiting = issuer.DiscoverAsync();
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => waiting.WaitAsync(Eventually.Timeout));
        Assert.Equal($"{Authority} gave an invalid answer.", fault.Message);
    }

    [Fact]
    public async Task Without_a_handler_of_the_application_no_redirect_is_followed_and_no_cookie_is_kept()
    {
        await using var server = await RedirectingServer.StartAsync();
        using var issuer = new IssuerClient(Options.Create(new HandstampBearerOptions { Authority = server.Address }), _time);

        for (var times = 0; times < 2; times++)
            Assert.Equal(HttpStatusCode.Found, (await Assert.ThrowsAsync<HttpRequestException>(issuer.DiscoverAsync)).StatusCode);

        Assert.Equal(["/.well-known/openid-configuration ", "/.well-known/openid-configuration "], server.Asked);
    }

    [Fact]
    public void The_text_of_a_report_does_not_hold_the_token() =>
        Assert.Equal("an exposed refresh token", new ExposedToken("hsr_secret", true).ToString());

    IssuerClient Client(Wire wire) => new(
        Options.Create(new HandstampBearerOptions { Authority = Authority, Credential = TestIssuer.Credential, BackchannelHttpHandler = wire }), _time);

    static HttpResponseMessage Answer(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    /// <summary>The application's own handler; it does not answer if it has no answer.</summary>
    sealed class Wire(HttpResponseMessage? answer) : HttpMessageHandler
    {
        public string? Sent { get; private set; }

        public HttpRequestHeaders? Headers { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Headers = request.Headers;
            Sent = $"{request.Method} {request.RequestUri}{(request.Content is { } body ? $" {await body.ReadAsStringAsync(cancellationToken)}" : "")}";
            if (answer is null) await Task.Delay(Timeout.Infinite, cancellationToken);
            return answer!;
        }

        protected override void Dispose(bool disposing)
        {
            answer?.Dispose();
            base.Dispose(disposing);
        }
    }
}
