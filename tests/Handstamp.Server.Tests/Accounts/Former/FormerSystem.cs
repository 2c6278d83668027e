using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Tests.Accounts.Former;

/// <summary>A callback on a socket of its own, whose answers a test chooses.</summary>
sealed class FormerSystem : IAsyncDisposable
{
    public const string Secret = "a-secret-of-the-callback";

    readonly WebApplication _app;

    FormerSystem(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/callback";

    /// <summary>What it was asked, with the header that names the caller.</summary>
    public ConcurrentQueue<(string? Authorization, JsonElement Body)> Questions { get; } = [];

    public RequestDelegate Answer { get; set; } = context =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    public static async Task<FormerSystem> StartAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        var app = builder.Build();
        var system = new FormerSystem(app);
        app.MapPost("/callback", async context =>
        {
            // As many small servers do.
            if (context.Request.ContentLength is null)
            {
                context.Response.StatusCode = 411;
                return;
            }
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            system.Questions.Enqueue((context.Request.Headers.Authorization, body.RootElement));
            await system.Answer(context);
        });
        await app.StartAsync();
        return system;
    }

    public void Say(int status) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
