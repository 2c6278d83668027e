using System.Diagnostics;
using System.Net;
using Handstamp.TestBed;

namespace Handstamp.Proof.Feed;

/// <summary>An API that follows the feed: samples/Api as a process, asked as its callers do.</summary>
sealed class Api : IAsyncDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    readonly ListeningProcess _process;
    readonly HttpClient _http;

    Api(ListeningProcess process) =>
        (_process, _http) = (process, new HttpClient { BaseAddress = process.Address });

    public double ResidentMegabytes => _process.ResidentMegabytes;

    /// <summary>Starts it and waits until revocations reach it.</summary>
    public static async Task<Api> StartAsync(Uri issuer)
    {
        var api = new Api(await SampleApi.StartAsync(issuer, "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"));
        await Eventually.TrueAsync(api.IsHealthyAsync, "revocations reach the API");
        return api;
    }

    /// <summary>
    /// Whether the API accepts the token; false when it answers that the session has ended, or may have ended.
    /// </summary>
    public async Task<bool> TakesAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "me");
        request.Headers.Authorization = new("Bearer", accessToken);
        using var answer = await _http.SendAsync(request);
        if (answer.IsSuccessStatusCode) return true;
        var refusal = answer.Headers.WwwAuthenticate.ToString();
        return answer.StatusCode == HttpStatusCode.Unauthorized
            && (refusal.Contains("code=\"session_revoked\"", StringComparison.Ordinal)
                || refusal.Contains("code=\"access_token_outdated\"", StringComparison.Ordinal))
            ? false
            : throw new InvalidOperationException($"The API answers {(int)answer.StatusCode} {refusal}");
    }

    /// <summary>
    /// Asks until the API refuses, and returns how long after <paramref name="since"/> that was; null when it never
    /// refuses.
    /// </summary>
    public async Task<TimeSpan?> RefusesAfterAsync(string accessToken, long since)
    {
        while (await TakesAsync(accessToken))
        {
            var waited = Stopwatch.GetElapsedTime(since);
            if (waited > Eventually.Timeout) return null;
            // The callers must not keep the API from receiving the revocation.
            await Task.Delay(waited / 10 > Pause ? waited / 10 : Pause);
        }
        return Stopwatch.GetElapsedTime(since);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    async Task<bool> IsHealthyAsync()
    {
        using var answer = await _http.GetAsync(new Uri("health", UriKind.Relative));
        return await answer.Content.ReadAsStringAsync() == "Healthy";
    }
}
