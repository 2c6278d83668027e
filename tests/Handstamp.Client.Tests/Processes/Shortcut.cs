namespace Handstamp.Client.Tests.Processes;

/// <summary>Sends requests to the service directly, bypassing the network by whose address the service is known.</summary>
sealed class Shortcut(Uri service) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var known = request.RequestUri!;
        request.RequestUri = new Uri(service, known.PathAndQuery);
        var answer = await base.SendAsync(request, cancellationToken);
        request.RequestUri = known;
        return answer;
    }
}
