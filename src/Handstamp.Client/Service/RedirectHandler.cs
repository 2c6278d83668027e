using System.Net;

namespace Handstamp.Client.Service;

/// <summary>
/// Follows redirects as <see cref="SocketsHttpHandler"/> does, but above the handler that adds tokens to requests, so
/// that this handler decides again for each new address.
/// </summary>
sealed class RedirectHandler : DelegatingHandler
{
    const int MostRedirects = 50;

    public RedirectHandler()
    {
    }

    public RedirectHandler(HttpMessageHandler inner) : base(inner)
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (redirects == MostRedirects || TargetOf(request, answer) is not { } target) return answer;
            answer.Dispose();
            Turn(request, answer.StatusCode, target);
        }
    }

    static Uri? TargetOf(HttpRequestMessage request, HttpResponseMessage answer)
    {
        if (answer.StatusCode is not (HttpStatusCode.MultipleChoices or HttpStatusCode.Moved or HttpStatusCode.Found
            or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            return null;
        if (answer.Headers.Location is not { } location) return null;

        var target = location.IsAbsoluteUri ? location : new Uri(request.RequestUri!, location);
        // A request that was sent over TLS is not sent in clear text.
        return target.Scheme == Uri.UriSchemeHttps || (target.Scheme == Uri.UriSchemeHttp && request.RequestUri!.Scheme == target.Scheme)
            ? target
            : null;
    }

    static void Turn(HttpRequestMessage request, HttpStatusCode status, Uri target)
    {
        // The app's own header: it was meant for the first address.
        request.Headers.Authorization = null;
        request.RequestUri = target;
        // RFC 9110 §15.4: every client does this with a POST.
        var asksForAnother = status is HttpStatusCode.SeeOther
            ? request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
            : status is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) && request.Method == HttpMethod.Post;
        if (!asksForAnother) return;
        (request.Method, request.Content) = (HttpMethod.Get, null);
        if (request.Headers.TransferEncodingChunked == true) request.Headers.TransferEncodingChunked = false;
    }
}
