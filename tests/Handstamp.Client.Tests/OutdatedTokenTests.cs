using System.Net;

namespace Handstamp.Client.Tests;

/// <summary>
/// Tokens that are refused because their key is no longer valid: another token works, however young they are.
/// </summary>
public sealed class OutdatedTokenTests(RunningService service) : LoggedIn(service)
{
    static readonly Network.Fault Good = Network.Answer(HttpStatusCode.OK, "", "text/plain");

    /// <summary>An API that accepts every token except these.</summary>
    static Network.Fault Refusing(params string[] tokens) => (pass, cancel) =>
        (tokens.Contains(Network.Current.Authorization) ? Network.Outdated : Good)(pass, cancel);

    async Task<string> HeaderAsync() => $"Bearer {await Client.GetAccessTokenAsync()}";

    [Fact]
    public async Task The_token_is_replaced_and_the_call_is_repeated_with_its_body()
    {
        Network.Always("/orders", Refusing(await HeaderAsync()));

        var answer = await Http.PostAsync("/orders", new StringContent("one coffee"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["one coffee", "one coffee"], Network.Requests("/orders").Select(seen => seen.Body));
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task The_token_is_also_replaced_when_AddJwtBearer_refuses_it()
    {
        Network.Next("/orders", Network.Answer(
            HttpStatusCode.Unauthorized, "", "text/plain",
            ("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"The signature key was not found\"")));
        Network.Next("/orders", Good);

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/orders")).StatusCode);
    }

    [Fact]
    public async Task An_API_that_always_refuses_gets_each_call_at_most_twice_and_the_service_one_refresh_in_ten_seconds()
    {
        Network.Always("/orders", Network.Outdated);

        for (var call = 0; call < 5; call++) Assert.Equal(HttpStatusCode.Unauthorized, (await Http.GetAsync("/orders")).StatusCode);
        Assert.Equal((6, 1), (Network.Requests("/orders").Count, Network.Refreshes));

        Time.Advance(TimeSpan.FromSeconds(10));
        await Http.GetAsync("/orders");
        Assert.Equal((8, 2), (Network.Requests("/orders").Count, Network.Refreshes));
    }

    [Fact]
    public async Task Calls_that_are_refused_at_the_same_time_share_one_refresh()
    {
        var (old, all) = (await HeaderAsync(), new TaskCompletionSource());
        var come = 0;
        Network.Always("/orders", async (pass, cancel) =>
        {
            var answer = await Refusing(old)(pass, cancel);
            if (Interlocked.Increment(ref come) == 20) all.SetResult();
            await all.Task;
            return answer;
        });

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Http.GetAsync("/orders")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task A_token_that_was_replaced_while_the_call_was_under_way_needs_no_refresh()
    {
        var (old, late) = (await HeaderAsync(), new TaskCompletionSource());
        Network.Next("/orders", async (pass, cancel) =>
        {
            await late.Task;
            return await Network.Outdated(pass, cancel);
        });
        Network.Always("/orders", Refusing(old));
        var slow = Http.GetAsync("/orders");
        await UntilAsync(() => Network.Requests("/orders").Count == 1);
        await Http.GetAsync("/orders");

        late.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await slow).StatusCode);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task A_token_that_another_process_has_just_stored_needs_no_refresh_either()
    {
        using var other = CreateOther(ahead: TimeSpan.Zero);
        await other.LoginAsync(Email, Password);
        Network.Always("/orders", Refusing(await HeaderAsync()));

        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync("/orders")).StatusCode);
        Assert.Equal(0, Network.Refreshes);
    }

    [Fact]
    public async Task The_token_is_replaced_on_the_services_own_routes_too()
    {
        Network.Next("/me", Network.Refuse(HttpStatusCode.Unauthorized, "access_token_outdated", definitive: false));

        Assert.Equal(Email, (await Client.GetUserAsync())!.Email);
        Assert.Equal(1, Network.Refreshes);
    }

    [Fact]
    public async Task The_services_own_routes_replace_the_token_only_once()
    {
        Network.Always("/me", Network.Refuse(HttpStatusCode.Unauthorized, "access_token_outdated", definitive: false));

        await FailsAsync(() => Client.GetUserAsync(), HandstampErrorCodes.AccessTokenOutdated, definitive: false);
        await FailsAsync(() => Client.GetUserAsync(), HandstampErrorCodes.AccessTokenOutdated, definitive: false);

        Assert.Equal((3, 1), (Network.Requests("/me").Count, Network.Refreshes));
    }
}
