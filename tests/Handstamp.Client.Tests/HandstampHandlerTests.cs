using System.Net;
using System.Net.Http.Json;

namespace Handstamp.Client.Tests;

public sealed class HandstampHandlerTests(RunningService service) : LoggedIn(service)
{
    static StringContent Coffee => new("one coffee");

    [Fact]
    public async Task When_an_API_says_expired_the_call_is_repeated_once_with_its_body()
    {
        Network.Always("/orders", Network.Expired);
        Time.Advance(Life / 2);

        var answer = await Http.PostAsync("/orders", Coffee);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(["one coffee", "one coffee"], Network.Requests("/orders").Select(seen => seen.Body));
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task The_repeated_call_has_another_token()
    {
        Network.Next("/me", Network.Expired);
        Time.Advance(Life / 2);

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/me")).StatusCode);
        Assert.Equal(2, Network.Requests("/me").Select(seen => seen.Authorization).Distinct().Count());
    }

    [Fact]
    public async Task A_call_that_posts_JSON_is_repeated_too()
    {
        Network.Next("/orders", Network.Expired);
        Network.Next("/orders", Network.Answer(HttpStatusCode.OK, "", "text/plain"));
        Time.Advance(Life / 2);

        Assert.Equal(HttpStatusCode.OK, (await Http.PostAsJsonAsync("/orders", "one coffee")).StatusCode);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_sent_once_and_the_next_call_has_another_token()
    {
        Network.Next("/orders", Network.Expired);
        Network.Next("/orders", Network.Answer(HttpStatusCode.OK, "", "text/plain"));
        Time.Advance(Life / 2);

        var answer = await Http.PostAsync("/orders", Stream());

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Single(Network.Requests("/orders"));
        Assert.Equal(1, Network.Refreshes);
        Assert.Equal(HttpStatusCode.OK, (await Http.PostAsync("/orders", Stream())).StatusCode);
        Assert.Equal(2, Network.Requests("/orders").Select(seen => seen.Authorization).Distinct().Count());
    }

    [Fact]
    public async Task A_call_that_cannot_be_repeated_gets_a_token_with_a_fifth_of_its_life_left()
    {
        Network.Always("/orders", Network.Answer(HttpStatusCode.OK, "", "text/plain"));
        var old = await Client.GetAccessTokenAsync();
        Time.Advance(Life * 0.801);

        await Http.PostAsync("/orders", Stream());

        Assert.NotEqual($"Bearer {old}", Network.Requests("/orders").Single().Authorization);
    }

    [Fact]
    public async Task The_caller_gets_its_answer_even_if_no_other_token_is_available()
    {
        Network.Always("/orders", Network.Expired);
        Network.Always("/refresh", Network.Lose);
        Time.Advance(Life / 2);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.PostAsync("/orders", Stream())).StatusCode);
    }

    [Fact]
    public async Task An_API_whose_clock_is_wrong_causes_no_refresh()
    {
        Network.Always("/orders", Network.Expired);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task An_API_whose_clock_is_wrong_causes_no_loop_in_a_program_that_was_started_again()
    {
        Network.Always("/orders", Network.Expired);
        Open();

        for (var call = 0; call < 5; call++) await Http.GetAsync("/orders");

        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task Another_401_is_left_to_the_caller()
    {
        Network.Always("/orders", Network.Answer(
            HttpStatusCode.Unauthorized, "", "text/plain", ("WWW-Authenticate", "Bearer error=\"invalid_token\"")));
        Time.Advance(Life / 2);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);
        Assert.Equal(0, Network.Refreshes);
    }

    [Theory]
    [InlineData("https://api.example.com.evil.example/orders")]
    [InlineData("https://evil.example/orders")]
    [InlineData("https://api.example.com:8443/orders")]
    [InlineData("http://api.example.com/orders")]
    public async Task An_unnamed_origin_gets_no_token_and_its_401_causes_no_refresh(string url)
    {
        Open(options => options.Apis.Add("https://api.example.com"));
        Network.Always("/orders", Network.Expired);
        Time.Advance(Life / 2);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync(url)).StatusCode);
        Assert.Null(Network.Requests("/orders").Single().Authorization);
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task A_redirect_does_not_send_the_token_elsewhere_even_if_it_is_called_expired_there()
    {
        using var elsewhere = new TinyServer("401 Unauthorized", "WWW-Authenticate: Bearer error_description=\"expired\"");
        using var api = new TinyServer("307 Temporary Redirect", $"Location: {elsewhere.Address}");
        Open(options => options.Apis.Add(api.Address.OriginalString));
        Time.Advance(Life / 2);
        using var http = Client.CreateHttpClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(api.Address)).StatusCode);

        Assert.Contains("Authorization: Bearer ey", Assert.Single(api.Heads));
        Assert.DoesNotContain("Authorization", Assert.Single(elsewhere.Heads));
        Assert.Equal(0, Network.Refreshes);
    }

    [Theory]
    [InlineData("https://api.example.com/orders")]
    [InlineData("https://API.example.com:443/orders")]
    public async Task An_origin_that_is_named_gets_the_token(string url)
    {
        Open(options => options.Apis.Add("https://api.example.com/v1"));
        Network.Always("/orders", Network.Answer(HttpStatusCode.OK, "", "text/plain"));

        await Http.GetAsync(url);

        Assert.StartsWith("Bearer ey", Network.Requests("/orders").Single().Authorization);
    }

    [Fact]
    public async Task A_request_that_already_has_a_token_keeps_it()
    {
        Network.Always("/orders", Network.Expired);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders") { Headers = { Authorization = new("Basic", "YTpi") } };

        await Http.SendAsync(request);

        Assert.Equal("Basic YTpi", Network.Requests("/orders").Single().Authorization);
    }

    [Fact]
    public async Task While_nobody_is_logged_in_calls_are_sent_without_a_token()
    {
        await Client.LogoutAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/me")).StatusCode);
        Assert.Null(Network.Requests("/me").Single().Authorization);
    }

    [Fact]
    public void A_call_that_could_not_wait_for_a_token_is_refused() =>
        Assert.Throws<NotSupportedException>(() => Http.Send(new HttpRequestMessage(HttpMethod.Get, "/me")));

    static StreamContent Stream() => new(new Unseekable("one coffee"u8.ToArray()));

    /// <summary>A stream like one from a pipe: it can be read once, and has no known length.</summary>
    sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
