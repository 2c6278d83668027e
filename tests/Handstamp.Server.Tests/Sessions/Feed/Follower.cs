using System.Net.ServerSentEvents;
using Handstamp.Server.Clients;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Feed;

/// <summary>A follower of the feed, with its own credential.</summary>
sealed class Follower : IAsyncDisposable
{
    readonly HttpResponseMessage _answer;
    readonly CancellationTokenSource _timeout = new(Eventually.Timeout);
    readonly IAsyncEnumerator<SseItem<string>> _events;

    Follower(HttpResponseMessage answer, Stream stream)
    {
        _answer = answer;
        _events = SseParser.Create(stream).EnumerateAsync(_timeout.Token).GetAsyncEnumerator();
    }

    public static async Task<Follower> OpenAsync(HandstampApp app, string? credential, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/revocations");
        if (credential is not null) request.Headers.Authorization = new("Bearer", credential);
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new Follower(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>A new credential with which an API may follow the feed.</summary>
    public static async Task<string> CredentialAsync(HandstampApp app, string name = "orders-api")
    {
        var credential = ResourceServerCredential.Create(name);
        await app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, app.Clock.GetUtcNow()));
        return credential.Reveal();
    }

    public async Task<SseItem<string>?> NextAsync() => await _events.MoveNextAsync() ? _events.Current : null;

    public async ValueTask DisposeAsync()
    {
        await _timeout.CancelAsync();
        await _events.DisposeAsync();
        _answer.Dispose();
        _timeout.Dispose();
    }
}
