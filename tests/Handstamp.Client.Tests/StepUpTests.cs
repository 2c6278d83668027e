using System.Net;

namespace Handstamp.Client.Tests;

/// <summary>An API, or the service, requires another authentication (RFC 9470).</summary>
public sealed class StepUpTests(RunningService service) : LoggedIn(service)
{
    static readonly Network.Fault Good = Network.Answer(HttpStatusCode.OK, "", "text/plain");

    readonly List<StepUpDemand> _asked = [];

    static Network.Fault Lacking(string what = "max_age=\"300\"") => Network.Answer(
        HttpStatusCode.Unauthorized, "", "text/plain",
        ("WWW-Authenticate", $"Bearer error=\"insufficient_user_authentication\", error_description=\"Again.\", {what}"));

    /// <summary>The app asks the person, who gives the password.</summary>
    void Ask(Func<StepUpDemand, Task>? ask = null) => Open(options => options.OnStepUp = async demand =>
    {
        lock (_asked) _asked.Add(demand);
        await (ask ?? (_ => Client.ReauthenticateAsync(Password)))(demand);
    });

    /// <summary>An API that takes every token but the one of now.</summary>
    async Task RefuseThePresentTokenAsync()
    {
        var refused = $"Bearer {await Client.GetAccessTokenAsync()}";
        Network.Always("/orders", (pass, cancel) => (Network.Current.Authorization == refused ? Lacking() : Good)(pass, cancel));
    }

    [Fact]
    public async Task The_person_is_asked_and_the_call_repeated_body_and_all()
    {
        Ask();
        await RefuseThePresentTokenAsync();

        var answer = await Http.PostAsync("/orders", new StringContent("one coffee"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["one coffee", "one coffee"], Network.Requests("/orders").Select(seen => seen.Body));
        var demand = Assert.Single(_asked);
        Assert.Equal(TimeSpan.FromMinutes(5), demand.MaxAge);
        Assert.Empty(demand.AcrValues);
    }

    [Fact]
    public async Task An_API_that_is_never_content_gets_a_call_twice_and_the_person_is_asked_once()
    {
        Ask();
        Network.Always("/orders", Lacking("acr_values=\"phr phrh\""));

        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);

        Assert.Equal(2, Network.Requests("/orders").Count);
        var demand = Assert.Single(_asked);
        Assert.Null(demand.MaxAge);
        Assert.Equal(["phr", "phrh"], demand.AcrValues);
    }

    [Fact]
    public async Task Without_a_callback_and_for_a_body_that_cannot_be_repeated_the_caller_gets_the_answer()
    {
        Network.Always("/orders", Lacking());
        Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);
        Ask();

        using var answer = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/orders") { Content = new Unknown() });

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Calls_that_are_refused_at_once_ask_the_person_once()
    {
        Ask();
        var (refused, all, come) = ($"Bearer {await Client.GetAccessTokenAsync()}", new TaskCompletionSource(), 0);
        Network.Always("/orders", async (pass, cancel) =>
        {
            var answer = await (Network.Current.Authorization == refused ? Lacking() : Good)(pass, cancel);
            if (Interlocked.Increment(ref come) == 20) all.SetResult();
            await all.Task;
            return answer;
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Http.GetAsync("/orders")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_refusal_that_arrives_after_the_person_was_asked_asks_nobody_again()
    {
        Ask();
        var late = new TaskCompletionSource();
        Network.Next("/orders", async (pass, cancel) =>
        {
            await late.Task;
            return await Lacking()(pass, cancel);
        });
        var slow = Http.GetAsync("/orders");
        await UntilAsync(() => Network.Requests("/orders").Count == 1);
        await RefuseThePresentTokenAsync();
        await Http.GetAsync("/orders");

        late.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_person_who_does_not_want_to_ends_the_call_and_is_asked_at_the_next_one()
    {
        Ask(_ => throw new InvalidOperationException("Not now."));
        await RefuseThePresentTokenAsync();

        for (var call = 0; call < 2; call++)
            Assert.Equal("Not now.", (await Assert.ThrowsAsync<InvalidOperationException>(() => Http.GetAsync("/orders"))).Message);

        Assert.Equal((2, 2), (_asked.Count, Network.Requests("/orders").Count));
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_wait_for_the_person()
    {
        using var cancel = new CancellationTokenSource();
        Ask(async _ =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite);
        });
        await RefuseThePresentTokenAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Http.GetAsync("/orders", cancel.Token));
    }

    [Fact]
    public async Task A_route_of_the_service_asks_the_person_too_and_once()
    {
        Ask();
        Network.Next("/me", Network.Refuse(HttpStatusCode.Unauthorized, "insufficient_user_authentication", definitive: false));
        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
        Assert.Single(_asked);

        Network.Always("/me", Network.Refuse(HttpStatusCode.Unauthorized, "insufficient_user_authentication", definitive: false));
        await FailsAsync(() => Client.GetUserAsync(), HandstampErrorCodes.InsufficientUserAuthentication, definitive: false);
        Assert.Equal(2, _asked.Count);
    }

    /// <summary>A body of unknown length.</summary>
    sealed class Unknown : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[10]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
