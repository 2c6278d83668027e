using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Faults;

/// <summary>Many plain clients, each with its own session, on one service.</summary>
sealed class Fleet : IDisposable
{
    readonly HttpClient _http;

    Fleet(HttpClient http, IReadOnlyList<PlainClient> clients) => (_http, Clients) = (http, clients);

    public IReadOnlyList<PlainClient> Clients { get; }

    /// <summary>Logs in at the service itself; the refreshes go through <paramref name="network"/>.</summary>
    public static async Task<Fleet> LogInAsync(
        Uri service, Uri network, int sessions, TimeSpan window, int seed, Tally tally)
    {
        using var client = new HandstampClient(service);
        (await client.PostAsync("register", new { email = "ada@example.com", password = HandstampClient.Password })).EnsureSuccessStatusCode();
        var logins = new LoggedIn[sessions];
        await Parallel.ForAsync(0, sessions, async (index, _) => logins[index] = await client.LoginAsync("ada@example.com"));

        var http = new HttpClient { BaseAddress = network };
        var clients = logins.Select((login, index) => new PlainClient(http, login, window, new Random(seed + index), tally));
        return new Fleet(http, [.. clients]);
    }

    /// <summary>Until the tally is full.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(Clients.Select(client => client.RunAsync(cancel)));

    public void Dispose() => _http.Dispose();
}
