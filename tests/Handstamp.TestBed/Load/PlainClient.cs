using System.Net;
using System.Text.Json;

namespace Handstamp.TestBed.Load;

/// <summary>
/// The simplest possible app. It holds one refresh token, has one outstanding attempt, abandons it after a third of the
/// retry window (10 s of 30), and tries again with the token that it has, at any of the doors.
/// </summary>
public sealed class PlainClient(HttpClient http, IReadOnlyList<Uri> doors, LoggedIn login, TimeSpan window, Random random)
{
    readonly Uri[] _refresh = [.. doors.Select(door => new Uri(door, "refresh"))];
    string _token = login.RefreshToken;

    public Guid SessionId => login.SessionId;

    /// <summary>The newest generation that it received.</summary>
    public int Generation { get; private set; } = 1;

    /// <summary>Refreshes until the tally is full, or the session was refused for good.</summary>
    internal async Task RunAsync(Tally tally, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && !tally.IsFull)
        {
            await RestAsync(Pause(), cancel);
            if (!await RefreshAsync(tally, cancel)) return;
        }
    }

    /// <summary>One refresh, repeated until it is answered; false when it was refused for good.</summary>
    internal async Task<bool> RefreshAsync(Tally tally, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && !tally.IsFull)
        {
            switch (await TryAsync(tally))
            {
                case Answer.Granted: return true;
                case Answer.Refused: return false;
                case Answer.None when random.Next(2) == 0:
                    // Offline for a while: a retry after a window is a late retry.
                    await RestAsync(window * 2 * random.NextDouble(), cancel);
                    break;
                default:
                    await RestAsync(window / 50, cancel);
                    break;
            }
        }
        return true;
    }

    // Often long enough that the next refresh rotates, and sometimes so short that it is a hold.
    TimeSpan Pause() => window * (1.5 * random.NextDouble());

    static async Task RestAsync(TimeSpan pause, CancellationToken cancel) =>
        await Task.Delay(pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async Task<Answer> TryAsync(Tally tally)
    {
        tally.Attempt();
        using var timeout = new CancellationTokenSource(window / 3);
        try
        {
            using var response = await http.PostAsync(AnyDoor(), Json(_token), timeout.Token);
            var text = await response.Content.ReadAsStringAsync(timeout.Token);
            return Read(response.StatusCode, JsonDocument.Parse(text).RootElement, tally);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            tally.NoAnswer();
            return Answer.None;
        }
    }

    Uri AnyDoor() => _refresh.Length == 1 ? _refresh[0] : _refresh[random.Next(_refresh.Length)];

    Answer Read(HttpStatusCode status, JsonElement body, Tally tally)
    {
        if (status == HttpStatusCode.OK)
        {
            _token = body.GetProperty("refresh_token").GetString()!;
            var held = Generation;
            Generation = Tokens.RefreshToken.TryParse(_token, out var parsed) ? parsed.Generation : 0;
            tally.Granted(rotated: Generation != held);
            return Answer.Granted;
        }
        var code = body.GetProperty("code").GetString()!;
        if (!body.GetProperty("definitive").GetBoolean()) return tally.Transient(code);
        tally.Definitive($"session {SessionId}, holding generation {Generation}: {code}");
        return Answer.Refused;
    }

    internal static StringContent Json(string token) => new($$"""{"refresh_token":"{{token}}"}""", null, "application/json");
}

enum Answer { Granted, Transient, None, Refused }
