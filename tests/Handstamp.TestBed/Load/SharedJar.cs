using System.Net;
using System.Text.Json;

namespace Handstamp.TestBed.Load;

/// <summary>
/// One jar that several tabs share. Each tab refreshes at any time, with the token in the jar at that moment, and does
/// not wait for the others. A token in an answer replaces the token in the jar, in the order of arrival, unless it is
/// the one that was sent (a hold sets no cookie). A tab abandons a request after <paramref name="timeout"/>, and waits
/// after a 409. Answers to abandoned requests are stored too, if they arrive.
/// </summary>
public sealed class SharedJar(HttpClient http, Uri door, LoggedIn login, int tabs, TimeSpan timeout, Random random)
{
    readonly Uri _refresh = new(door, "refresh");
    volatile string _token = login.RefreshToken;

    internal Task RunAsync(Tally tally, TimeSpan pause, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, tabs).Select(_ => RunTabAsync(new Random(random.Next()), tally, pause, cancel)));

    async Task RunTabAsync(Random draw, Tally tally, TimeSpan pause, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await RestAsync(pause * (2 * draw.NextDouble()), cancel);
            var request = RefreshAsync(tally, cancel);
            await Task.WhenAny(request, Task.Delay(timeout, CancellationToken.None));
            if (!request.IsCompleted) continue;
            if (await request is not { } wait) return;
            await RestAsync(wait, cancel);
        }
    }

    static async Task RestAsync(TimeSpan pause, CancellationToken cancel) =>
        await Task.Delay(pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>How long to wait before the next refresh; null when the session was refused for good.</summary>
    async Task<TimeSpan?> RefreshAsync(Tally tally, CancellationToken cancel)
    {
        tally.Attempt();
        var shown = _token;
        try
        {
            using var response = await http.PostAsync(_refresh, PlainClient.Json(shown), cancel);
            var text = await response.Content.ReadAsStringAsync(cancel);
            return Read(response, JsonDocument.Parse(text).RootElement, shown, tally);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or JsonException)
        {
            tally.NoAnswer();
            return TimeSpan.Zero;
        }
    }

    TimeSpan? Read(HttpResponseMessage response, JsonElement body, string shown, Tally tally)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var token = body.GetProperty("refresh_token").GetString()!;
            if (token != shown) _token = token;
            tally.Granted(rotated: token != shown);
            return TimeSpan.Zero;
        }
        var code = body.GetProperty("code").GetString()!;
        if (body.GetProperty("definitive").GetBoolean())
        {
            tally.Definitive($"session {login.SessionId}: {code}");
            return null;
        }
        tally.Transient(code);
        return response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
    }
}
