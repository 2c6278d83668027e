using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Accounts;

/// <summary>The routes of this folder.</summary>
static class AccountEndpoints
{
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/register", Handle<Register>(static (register, context) => register.HandleAsync(context)))
            .WithSummary("Adds an account.")
            .WithMetadata(Body<RegisterRequest>(), Answer<RegisteredAccount>(StatusCodes.Status201Created));

        routes.MapGet("/me", Handle<ShowAccount>(static (show, context) => show.HandleAsync(context)))
            .RequireCaller()
            .WithSummary("Shows the caller's account.")
            .WithMetadata(Answer<OwnAccount>(StatusCodes.Status200OK));

        routes.MapPost("/password/change", Handle<ChangePassword>(static (change, context) => change.HandleAsync(context)))
            .RequireCaller()
            .WithSummary("Changes the caller's password and ends the account's other sessions.")
            .WithMetadata(Body<ChangePasswordRequest>(), new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent));

        return routes;
    }

    static RequestDelegate Handle<THandler>(Func<THandler, HttpContext, Task> handle) where THandler : notnull =>
        context => handle(context.RequestServices.GetRequiredService<THandler>(), context);

    static AcceptsMetadata Body<T>() => new(["application/json"], typeof(T));

    static ProducesResponseTypeMetadata Answer<T>(int status) => new(status, typeof(T), ["application/json"]);
}
