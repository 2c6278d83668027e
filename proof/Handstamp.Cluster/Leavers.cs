using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Cluster;

/// <summary>
/// People who log in, and log out again while the cluster fails. After the logout is acknowledged, every node must
/// refuse them.
/// </summary>
sealed class Leavers : IDisposable
{
    const string Email = "bob@example.com";

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    readonly IReadOnlyList<Uri> _doors;
    readonly Random _random = new(1);
    readonly HttpClient _http = new() { Timeout = RequestTimeout };
    readonly List<string> _faults = [];
    readonly Queue<LoggedIn> _waiting = new();
    readonly List<LoggedIn> _gone = [];

    Leavers(IReadOnlyList<Uri> doors) => _doors = doors;

    public static async Task<Leavers> RegisterAsync(IReadOnlyList<Uri> doors)
    {
        using var client = new HandstampClient(doors[0]);
        await client.JoinAsync(Email);
        return new Leavers(doors);
    }

    /// <summary>The number of people who may log out in one trial.</summary>
    public async Task LogInAsync(int people)
    {
        using var client = new HandstampClient(_doors[0]);
        while (_waiting.Count < people) _waiting.Enqueue(await client.LoginAsync(Email));
    }

    /// <summary>People log out one after another, and then try to use the session, until the number is reached.</summary>
    public async Task RunAsync(CancellationToken enough, CancellationToken cancel)
    {
        while (!enough.IsCancellationRequested && _waiting.TryDequeue(out var login))
        {
            while (!await LeaveAsync(login)) await Task.Delay(Pace, cancel);
            _gone.Add(login);
            await TryAsync(login);
            await RestAsync(enough);
        }
    }

    /// <summary>Everybody who logged out tries every node until that node has given a final answer.</summary>
    public async Task ConfirmAsync(CancellationToken cancel)
    {
        foreach (var login in _gone)
            foreach (var door in _doors)
                while (await RefreshAsync(door, login) is null) await Task.Delay(Pace, cancel);
    }

    /// <summary>The people who logged out since the last call.</summary>
    public Left Take()
    {
        var left = new Left(_gone.Count, [.. _faults]);
        _gone.Clear();
        _faults.Clear();
        return left;
    }

    public void Dispose() => _http.Dispose();

    static async Task RestAsync(CancellationToken enough) =>
        await Task.Delay(Pace, enough).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // 401: an earlier attempt ended the session, and its answer was lost.
    async Task<bool> LeaveAsync(LoggedIn login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_doors[_random.Next(_doors.Count)], "logout"));
        request.Headers.Authorization = new("Bearer", login.AccessToken);
        return await SendAsync(request) is { StatusCode: HttpStatusCode.NoContent or HttpStatusCode.Unauthorized };
    }

    Task TryAsync(LoggedIn login) => Task.WhenAll(_doors.Select(door => RefreshAsync(door, login)));

    /// <summary>Whether the refusal is final. Null without an answer, or with a temporary refusal.</summary>
    async Task<bool?> RefreshAsync(Uri door, LoggedIn login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(door, "refresh"))
        {
            Content = JsonContent.Create(new { refresh_token = login.RefreshToken }),
        };
        using var response = await SendAsync(request);
        if (response is null) return null;
        if (response.StatusCode == HttpStatusCode.OK) lock (_faults) _faults.Add($"session {login.SessionId} was accepted at {door} after its end");
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode || body.GetProperty("definitive").GetBoolean() ? !response.IsSuccessStatusCode : null;
    }

    async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await _http.SendAsync(request);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}

/// <summary>How many sessions were ended, and which of them a node accepted nevertheless.</summary>
sealed record Left(int Ended, IReadOnlyList<string> LetIn);
