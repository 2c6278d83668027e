using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handstamp.Bearer.Tests.Issuer;

/// <summary>Answers everything with a cookie and a redirect to itself.</summary>
sealed class RedirectingServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<string> _asked = new();

    RedirectingServer(WebApplication app, string address) => (_app, Address) = (app, address);

    public string Address { get; }

    /// <summary>The path and the cookies of each request.</summary>
    public IEnumerable<string> Asked => _asked;

    public static async Task<RedirectingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = new LoopbackPort();
        port.Use(builder.WebHost);
        var server = new RedirectingServer(builder.Build(), port.Address);
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task AnswerAsync(HttpContext context)
    {
        _asked.Enqueue($"{context.Request.Path} {context.Request.Headers.Cookie}");
        context.Response.Cookies.Append("session", "1");
        context.Response.Redirect("/elsewhere");
        return Task.CompletedTask;
    }
}
