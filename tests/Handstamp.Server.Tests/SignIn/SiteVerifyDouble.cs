using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A service with a <c>siteverify</c> route, on this machine. It accepts each right response once, as the real ones do.</summary>
sealed class SiteVerifyDouble : IAsyncDisposable
{
    public const string Right = "a-response-of-the-widget";

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, bool> _used = new();

    SiteVerifyDouble(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>What was sent, in the order of the requests.</summary>
    public ConcurrentQueue<IFormCollection> Requests { get; } = new();

    /// <summary>What it answers to a right response, in the words of the service that it stands for.</summary>
    public string Success { get; set; } = """{"success":true,"error-codes":[]}""";

    /// <summary>What it answers to a wrong or a used one.</summary>
    public string Failure { get; set; } = """{"success":false,"error-codes":["timeout-or-duplicate"]}""";

    /// <summary>Takes the place of all that.</summary>
    public RequestDelegate? Instead { get; set; }

    public static async Task<SiteVerifyDouble> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var app = builder.Build();
        var made = new SiteVerifyDouble(app);
        app.MapPost("/siteverify", made.AnswerAsync);
        await app.StartAsync();
        return made;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Requests.Enqueue(form);
        if (Instead is { } instead)
        {
            await instead(context);
            return;
        }
        var response = form["response"].ToString();
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(response.StartsWith(Right, StringComparison.Ordinal) && _used.TryAdd(response, true) ? Success : Failure);
    }
}
