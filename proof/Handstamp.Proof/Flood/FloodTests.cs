using System.Net;
using System.Net.Http.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Flood;

/// <summary>The effects of a login flood. <see cref="FloodProof"/> measures how much slower refreshes get.</summary>
[Collection<Alone>]
public sealed class FloodTests(ITestOutputHelper output)
{
    // 64 hashes may wait and as many run as there are processors, 19 MiB each while they run; the rest of the service
    // and its caches stay below 150.
    static readonly double Bound = 150 + (19 * Environment.ProcessorCount);

    [Fact]
    public void In_a_flood_refreshes_continue_memory_is_bounded_and_excess_logins_are_refused()
    {
        using var run = new FloodRun();
        var capacity = run.MeasureCapacity(TimeSpan.FromSeconds(3));

        var turn = run.Run(capacity, TimeSpan.FromSeconds(5));

        output.WriteLine($"{turn}");
        // Each answer was a fresh token; otherwise the run would have ended.
        Assert.True(turn.Flooded.Refreshes > 0);
        Assert.True(turn.Hashed > 0);
        Assert.True(turn.Refused > 0);
        Assert.InRange(turn.Megabytes, 1, Bound);
    }

    [Fact]
    public async Task A_login_that_is_refused_in_a_flood_says_when_to_retry()
    {
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(
            data.Path, "--Accounts:Hashing:Concurrency=1", "--Accounts:Hashing:QueueLimit=1");
        using var http = new HttpClient { BaseAddress = service.Address };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => http.PostAsJsonAsync(
            "login", new { email = $"nobody-{number}@example.com", password = "a wrong password" }, TestContext.Current.CancellationToken)));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero));
        Assert.Contains("server_busy", await refused[0].Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    // 26 accounts of one attacker. A trusted proxy says that they come from two networks.
    [Fact]
    public async Task Right_passwords_from_two_networks_block_nobody_else()
    {
        using var data = new TempDirectory();
        await using var service = await HandstampProcess.StartAsync(data.Path, "--Proxy:Networks=127.0.0.1");
        using var http = new HttpClient { BaseAddress = service.Address };
        for (var number = 0; number < 26 + 27; number++) Assert.Equal(HttpStatusCode.Created, await AskAsync("register", number, $"192.0.2.{number}"));
        var refused = new TaskCompletionSource();
        using var over = new CancellationTokenSource();
        var attack = Enumerable.Range(0, 90).Select(thread => Task.Run(async () =>
        {
            for (var login = thread; !over.IsCancellationRequested; login++)
                if (await AskAsync("login", login % 26, $"203.0.113.{thread % 2}") == HttpStatusCode.ServiceUnavailable) refused.TrySetResult();
        }, TestContext.Current.CancellationToken)).ToList();
        await refused.Task.WaitAsync(Eventually.Timeout, TestContext.Current.CancellationToken);

        var honest = await Task.WhenAll(Enumerable.Range(26, 27).Select(number => AskAsync("login", number, $"198.51.100.{number}")));

        await over.CancelAsync();
        await Task.WhenAll(attack);
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 27), honest);

        async Task<HttpStatusCode> AskAsync(string path, int number, string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Headers.Add("X-Forwarded-For", from);
            request.Content = JsonContent.Create(new { email = $"{number}@example.com", password = HandstampClient.Password });
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }
}
