using System.Net;
using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Handstamp.Server.Sessions;
using Handstamp.Server.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.SignIn;

/// <summary>A client like those of OAuth, which exists only in the tests, with its own routes.</summary>
static class Shop
{
    public const string ClientId = "shop";
    public const string Scope = "orders:read orders:write";
    public const string Audience = "https://orders.example.com";

    /// <summary>A route under the route of the browser's cookie.</summary>
    public const string Authorize = "/account/shop";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/shop/begin", BeginAsync);
        routes.MapPost("/shop/continue", context => ContinueAsync(context, ClientId, onPages: false));
        routes.MapPost("/other/continue", context => ContinueAsync(context, "other", onPages: false));
        routes.MapPost("/first/continue", context => ContinueAsync(context, clientId: null, onPages: false));
        routes.MapPost("/pages/continue", context => ContinueAsync(context, ClientId, onPages: true));
        routes.MapGet(Authorize, AuthorizeAsync);
    }

    static async Task BeginAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        var answer = new FactorAnswer
        {
            Factor = body.GetValueOrDefault("factor", "password"),
            Identifier = body.GetValueOrDefault("email"),
            Value = body["value"],
            By = Origin.Of(context),
        };
        await FinishAsync(context, await Attempts(context).BeginAsync(Wanted(body.GetValueOrDefault("key")), answer, context.RequestAborted));
    }

    static async Task ContinueAsync(HttpContext context, string? clientId, bool onPages)
    {
        var body = await ReadAsync(context);
        var step = new SignInStep
        {
            Ticket = body["ticket"],
            Answer = new FactorAnswer { Factor = body["factor"], Value = body["value"], By = Origin.Of(context) },
            ClientId = clientId,
            OnPages = onPages,
            KeyThumbprint = body.GetValueOrDefault("key"),
        };
        await FinishAsync(context, await Attempts(context).ContinueAsync(step, context.RequestAborted));
    }

    /// <summary>As in an authorize request: people who are logged in continue, and all others log in first.</summary>
    static async Task AuthorizeAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<BrowserSession>().FindAsync(context) is BrowserOutcome.LoggedIn { Session: var session })
        {
            await FinishAsync(context, await Attempts(context).BeginAsync(Wanted(key: null), session, context.RequestAborted));
            return;
        }
        var asked = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        context.Response.StatusCode = (int)HttpStatusCode.SeeOther;
        context.Response.Headers.Location = $"/account/login?return={Uri.EscapeDataString(asked)}";
    }

    static SignInRequest Wanted(string? key) => new()
    {
        ClientId = ClientId,
        Scope = Scope,
        Audience = Audience,
        Transport = SessionTransport.Body,
        KeyThumbprint = key,
        DeviceName = "The shop",
    };

    static async Task FinishAsync(HttpContext context, SignInOutcome outcome)
    {
        switch (outcome)
        {
            case SignInOutcome.Granted { Grant: var grant }:
                await AnswerAsync(context, await context.RequestServices.GetRequiredService<LoginOperations>().BeginAsync(grant, Origin.Of(context)));
                break;
            case SignInOutcome.Due { Ticket: var ticket, Factors: var names }:
                context.Response.StatusCode = (int)HttpStatusCode.Accepted;
                await context.Response.WriteAsync(JsonSerializer.Serialize(new { ticket = ticket.Reveal(), factors = names }));
                break;
            case SignInOutcome.Refused { Refusal: var refusal }:
                await RefuseAsync(context, refusal);
                break;
        }
    }

    static Task AnswerAsync(HttpContext context, LoginOutcome outcome) => outcome is LoginOutcome.Begun { Reading: var reading }
        ? context.RequestServices.GetRequiredService<TokenAnswer>().WriteAsync(context, reading, sameToken: false, reading.Session.Rotation.IssuedAt)
        : RefuseAsync(context, ((LoginOutcome.Refused)outcome).Refusal);

    static Task RefuseAsync(HttpContext context, Refusal refusal) =>
        context.RequestServices.GetRequiredService<ProblemWriter>().RefuseAsync(context, refusal);

    static SignInAttempts Attempts(HttpContext context) => context.RequestServices.GetRequiredService<SignInAttempts>();

    static async Task<Dictionary<string, string>> ReadAsync(HttpContext context) =>
        (await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(context.Request.Body))!;
}
