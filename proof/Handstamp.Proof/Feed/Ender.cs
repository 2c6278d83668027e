using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Handstamp.Proof.Feed;

/// <summary>Refreshes sessions and ends them, as a client that simply tries again.</summary>
sealed class Ender(HttpClient http)
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Refreshes; the access token.</summary>
    public async Task<string> RefreshAsync(string refreshToken)
    {
        while (true)
        {
            using var answer = await TryAsync(() => new(HttpMethod.Post, "refresh") { Content = JsonContent.Create(new { refresh_token = refreshToken }) });
            if (answer is { StatusCode: HttpStatusCode.OK })
                return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("access_token").GetString()!;
            await RestAsync(answer);
        }
    }

    /// <summary>Ends the session; false when the answer to that was lost, and a later request found it ended.</summary>
    public async Task<bool> EndAsync(string accessToken)
    {
        while (true)
        {
            using var answer = await TryAsync(() => new(HttpMethod.Post, "logout") { Headers = { Authorization = new("Bearer", accessToken) } });
            if (answer is { StatusCode: HttpStatusCode.NoContent or HttpStatusCode.Unauthorized })
                return answer.StatusCode == HttpStatusCode.NoContent;
            await RestAsync(answer);
        }
    }

    /// <summary>Null when the node was killed before it had answered.</summary>
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

    static Task RestAsync(HttpResponseMessage? answer) => answer is null or { StatusCode: HttpStatusCode.ServiceUnavailable }
        ? Task.Delay(s_pause)
        : throw new InvalidOperationException($"The service answers {(int)answer.StatusCode}.");
}
