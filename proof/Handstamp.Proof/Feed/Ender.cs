using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Handstamp.TestBed;

namespace Handstamp.Proof.Feed;

/// <summary>Refreshes sessions and ends them, as a client that simply tries again.</summary>
sealed class Ender(HttpClient http)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Refreshes, and returns the access token.</summary>
    public async Task<string> RefreshAsync(string refreshToken)
    {
        var accessToken = "";
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await TryAsync(() => new(HttpMethod.Post, "refresh") { Content = JsonContent.Create(new { refresh_token = refreshToken }) });
            if (answer is not { StatusCode: HttpStatusCode.OK }) return await RestAsync(answer);
            accessToken = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
            return true;
        }, "a session is refreshed");
        return accessToken;
    }

    /// <summary>
    /// Ends the session. False when the answer was lost and a later request found that the session had ended.
    /// </summary>
    public async Task<bool> EndAsync(string accessToken)
    {
        var answered = false;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await TryAsync(() => new(HttpMethod.Post, "logout") { Headers = { Authorization = new("Bearer", accessToken) } });
            answered = answer is { StatusCode: HttpStatusCode.NoContent };
            return answered || answer is { StatusCode: HttpStatusCode.Unauthorized } || await RestAsync(answer);
        }, "a session is ended");
        return answered;
    }

    /// <summary>Null when the node was killed before it answered.</summary>
    async Task<HttpResponseMessage?> TryAsync(Func<HttpRequestMessage> make)
    {
        try
        {
            using var request = make();
            return await http.SendAsync(request);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Waits before another attempt, and returns false: the operation was not done.</summary>
    static async Task<bool> RestAsync(HttpResponseMessage? answer)
    {
        // A conflict is the quiet gap: the machine has delayed a retry until the gap.
        if (answer is not (null or { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict }))
            throw new InvalidOperationException($"The service answers {(int)answer.StatusCode}.");
        await Task.Delay(Pause);
        return false;
    }
}
