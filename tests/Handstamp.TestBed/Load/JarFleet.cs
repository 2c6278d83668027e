namespace Handstamp.TestBed.Load;

/// <summary>Many shared jars, each with its own session.</summary>
public sealed class JarFleet : IDisposable
{
    readonly HttpClient _http;
    readonly IReadOnlyList<SharedJar> _jars;

    JarFleet(HttpClient http, IReadOnlyList<SharedJar> jars) => (_http, _jars) = (http, jars);

    /// <summary>
    /// Logs in at the service itself; the refreshes go to <paramref name="door"/>. The jars have two tabs, three tabs,
    /// and so on, in turn.
    /// </summary>
    public static async Task<JarFleet> LogInAsync(Uri service, Uri door, int jars, int mostTabs, TimeSpan timeout, int seed)
    {
        var logins = await Fleet.LogInAsync(service, jars);
        var http = new HttpClient { Timeout = 2 * timeout };
        return new JarFleet(http, [.. logins.Select((login, index) =>
            new SharedJar(http, door, login, 2 + (index % (mostTabs - 1)), timeout, new Random(seed + index)))]);
    }

    /// <summary>Refreshes until it is cancelled. A tab rests for <paramref name="pause"/> on average.</summary>
    public Task RunAsync(Tally tally, TimeSpan pause, CancellationToken cancel) =>
        Task.WhenAll(_jars.Select(jar => jar.RunAsync(tally, pause, cancel)));

    public void Dispose() => _http.Dispose();
}
