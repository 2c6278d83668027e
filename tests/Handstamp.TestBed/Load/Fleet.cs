namespace Handstamp.TestBed.Load;

/// <summary>Many plain clients, each with its own session.</summary>
public sealed class Fleet : IDisposable
{
    readonly HttpClient _http;

    Fleet(HttpClient http, IReadOnlyList<PlainClient> clients) => (_http, Clients) = (http, clients);

    public IReadOnlyList<PlainClient> Clients { get; }

    /// <summary>Logs in at the service itself; the refreshes go to a random one of <paramref name="doors"/>.</summary>
    public static async Task<Fleet> LogInAsync(
        Uri service, IReadOnlyList<Uri> doors, int sessions, TimeSpan window, int seed)
    {
        var logins = await LogInAsync(service, sessions);
        var http = new HttpClient();
        var clients = logins.Select((login, index) => new PlainClient(http, doors, login, window, new Random(seed + index)));
        return new Fleet(http, [.. clients]);
    }

    internal static async Task<LoggedIn[]> LogInAsync(Uri service, int sessions)
    {
        using var client = new HandstampClient(service);
        var email = $"ada-{Guid.NewGuid():N}@example.com";
        await client.RegisterAsync(email);
        var logins = new LoggedIn[sessions];
        await Parallel.ForAsync(0, sessions, async (index, _) => logins[index] = await client.LoginAsync(email));
        return logins;
    }

    /// <summary>Refreshes until the tally is full.</summary>
    public Task RunAsync(Tally tally, CancellationToken cancel) =>
        Task.WhenAll(Clients.Select(client => client.RunAsync(tally, cancel)));

    /// <summary>Each client sends its newest token once more, and is done when that request was answered.</summary>
    public Task ConfirmAsync(Tally tally, CancellationToken cancel) =>
        Task.WhenAll(Clients.Select(client => client.RefreshAsync(tally, cancel)));

    public void Dispose() => _http.Dispose();
}
