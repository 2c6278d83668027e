using System.Net;
using System.Text.Json;
using Handstamp.Testing;

namespace Handstamp.Proof.Tests.Faults;

/// <summary>
/// An app as simple as it may be: it holds one refresh token, has one attempt outstanding, gives it up after a third of
/// the retry window (10 s of 30), and simply tries again with the token that it has.
/// </summary>
sealed class PlainClient(HttpClient http, LoggedIn login, TimeSpan window, Random random, Tally tally)
{
    string _token = login.RefreshToken;

    public Guid SessionId => login.SessionId;

    /// <summary>The newest generation that it was given.</summary>
    public int Generation { get; private set; } = 1;

    /// <summary>Refreshes again and again until the tally is full, or the session was refused for good.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && !tally.IsFull)
        {
            await RestAsync(Pause());
            if (!await RefreshAsync()) return;
        }
    }

    /// <summary>One refresh, tried until it is answered; false when it was refused for good.</summary>
    async Task<bool> RefreshAsync()
    {
        while (!tally.IsFull)
        {
            switch (await TryAsync())
            {
                case Answer.Granted: return true;
                case Answer.Refused: return false;
                case Answer.None when random.Next(2) == 0:
                    // Offline for a while: what comes after a window is a late retry.
                    await RestAsync(window * 2 * random.NextDouble());
                    break;
                default:
                    await RestAsync(window / 50);
                    break;
            }
        }
        return true;
    }

    // Often so long that the next refresh rotates, sometimes so short that it holds.
    TimeSpan Pause() => window * (1.5 * random.NextDouble());

    static Task RestAsync(TimeSpan pause) => Task.Delay(pause);

    async Task<Answer> TryAsync()
    {
        tally.Attempt();
        using var patience = new CancellationTokenSource(window / 3);
        try
        {
            using var response = await http.PostAsync("refresh", Json(_token), patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            return Read(response.StatusCode, JsonDocument.Parse(text).RootElement);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            tally.NoAnswer();
            return Answer.None;
        }
    }

    Answer Read(HttpStatusCode status, JsonElement body)
    {
        if (status == HttpStatusCode.OK)
        {
            _token = body.GetProperty("refresh_token").GetString()!;
            Generation = Tokens.RefreshToken.TryParse(_token, out var parsed) ? parsed.Generation : 0;
            tally.Granted();
            return Answer.Granted;
        }
        var code = body.GetProperty("code").GetString()!;
        if (!body.GetProperty("definitive").GetBoolean()) return tally.Transient(code);
        tally.Definitive($"session {SessionId}, holding generation {Generation}: {code}");
        return Answer.Refused;
    }

    static StringContent Json(string token) => new($$"""{"refresh_token":"{{token}}"}""", null, "application/json");
}

enum Answer { Granted, Transient, None, Refused }
