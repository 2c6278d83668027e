using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Handstamp.Client.Tests;

/// <summary>
/// The network between a client and the service. It records each request, and causes faults like those of networks and
/// proxies.
/// </summary>
sealed class Network() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    static readonly AsyncLocal<Seen> CurrentOf = new();

    readonly ConcurrentQueue<Seen> _seen = new();
    readonly Lock _gate = new();
    readonly List<(string Path, Fault Fault, bool Once)> _plans = [];
    int _underWay;

    /// <summary>Handles a request: with a function that forwards it, and the time that its sender waits.</summary>
    public delegate Task<HttpResponseMessage> Fault(Func<Task<HttpResponseMessage>> pass, CancellationToken cancel);

    /// <summary>The service answers, but the answer is lost.</summary>
    public static readonly Fault Lose = async (pass, _) =>
    {
        (await pass()).Dispose();
        throw new HttpRequestException("The connection broke.");
    };

    /// <summary>No answer ever comes.</summary>
    public static readonly Fault Hang = async (_, cancel) =>
    {
        await Task.Delay(Timeout.Infinite, cancel);
        throw new InvalidOperationException();
    };

    public IReadOnlyList<Seen> Requests(string path) => [.. _seen.Where(seen => seen.Path == path)];

    /// <summary>The request for which a fault is chosen.</summary>
    public static Seen Current => CurrentOf.Value!;

    public bool IsIdle => Volatile.Read(ref _underWay) == 0;

    public int Refreshes => Requests("/refresh").Count;

    /// <summary>Applies the fault to the next request for the path.</summary>
    public void Next(string path, Fault fault) => Plan(path, fault, once: true);

    /// <summary>Applies the fault to each request, until it is removed.</summary>
    public void Always(string path, Fault fault) => Plan(path, fault, once: false);

    public void Mend()
    {
        lock (_gate) _plans.Clear();
    }

    /// <summary>An answer from a machine on the way.</summary>
    public static Fault Answer(HttpStatusCode status, string body, string type = "application/problem+json", params (string Name, string Value)[] headers) =>
        (_, _) =>
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
            foreach (var (name, value) in headers) answer.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(answer);
        };

    /// <summary>A refusal as the service writes it.</summary>
    public static Fault Refuse(HttpStatusCode status, string code, bool definitive, params (string Name, string Value)[] headers) => Answer(
        status, $$"""{"title":"Refused.","status":{{(int)status}},"code":"{{code}}","definitive":{{(definitive ? "true" : "false")}}}""", headers: headers);

    /// <summary>The answer of an API to an expired token.</summary>
    public static Fault Expired => Answer(
        HttpStatusCode.Unauthorized, "", "text/plain",
        ("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"The token expired at noon.\""));

    /// <summary>The answer of an API to a token of a revoked key.</summary>
    public static Fault Outdated => Answer(
        HttpStatusCode.Unauthorized, "", "text/plain",
        ("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"No such key.\", code=\"access_token_outdated\""));

    /// <summary>The answer of an API to a token whose session was ended.</summary>
    public static Fault Ended => Answer(
        HttpStatusCode.Unauthorized, "", "text/plain",
        ("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"It is over.\", code=\"session_revoked\""));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null;
        CurrentOf.Value = new Seen(request.Method, request.RequestUri!.AbsolutePath, request.Headers.Authorization?.ToString(), body);
        _seen.Enqueue(Current);
        Task<HttpResponseMessage> Pass() => base.SendAsync(request, cancellationToken);
        Interlocked.Increment(ref _underWay);
        try
        {
            return await (Take(request.RequestUri.AbsolutePath) is { } fault ? fault(Pass, cancellationToken) : Pass());
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    void Plan(string path, Fault fault, bool once)
    {
        lock (_gate) _plans.Add((path, fault, once));
    }

    Fault? Take(string path)
    {
        lock (_gate)
        {
            var index = _plans.FindIndex(plan => plan.Path == path);
            if (index < 0) return null;
            var plan = _plans[index];
            if (plan.Once) _plans.RemoveAt(index);
            return plan.Fault;
        }
    }
}

sealed record Seen(HttpMethod Method, string Path, string? Authorization, string? Body);
