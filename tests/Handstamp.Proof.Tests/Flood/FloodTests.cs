using System.Net;
using System.Net.Http.Json;
using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Flood;

/// <summary>What a login flood may do. How much slower refreshes get is measured by <see cref="FloodProof"/>.</summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    // 64 hashes may wait and as many run as there are processors, 19 MiB each while they run; the rest of the service
    // and its caches stay below 150.
    static readonly double s_bound = 150 + (19 * Environment.ProcessorCount);

    [Fact]
    public void In_a_flood_refreshes_go_on_memory_is_bounded_and_what_does_not_fit_is_refused()
    {
        using var run = new FloodRun();
        var capacity = run.MeasureCapacity(TimeSpan.FromSeconds(3));

        var turn = run.Run(capacity, TimeSpan.FromSeconds(5));

        output.WriteLine($"{turn}");
        // Each answer was a fresh token, or the run would have ended with it.
        Assert.True(turn.Flooded.Refreshes > 0);
        Assert.True(turn.Hashed > 0);
        Assert.True(turn.Refused > 0);
        Assert.InRange(turn.Megabytes, 1, s_bound);
    }

    [Fact]
    public async Task Who_is_refused_in_a_flood_is_told_when_to_come_again()
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
}
