using Handstamp.Server.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Handstamp.Server.Tests.Docs;

/// <summary>A mapped route: <c>POST /login</c>.</summary>
sealed record MappedRoute(string Name, bool NeedsCaller);

/// <summary>The routes that <c>MapHandstamp</c> maps. This starts and opens nothing.</summary>
static class MappedRoutes
{
    public static readonly IReadOnlyList<MappedRoute> All = Read();

    static List<MappedRoute> Read()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Issuer", "https://auth.example.com")]);
        builder.Services.AddHandstamp(builder.Configuration).AddPages();
        builder.Services.AddHandstampSqlite("Data Source=not-opened.db");
        using var app = builder.Build();
        app.MapHandstamp();
        return [.. ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .Cast<RouteEndpoint>()
            .SelectMany(Routes)];
    }

    // The pages are for people. Browsers send preflight requests themselves, on every path.
    static IEnumerable<MappedRoute> Routes(RouteEndpoint endpoint) =>
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        where method != HttpMethods.Options && endpoint.Metadata.GetMetadata<IPageRoute>() is null
        select new MappedRoute(
            $"{method} {endpoint.RoutePattern.RawText}", endpoint.Metadata.GetMetadata<CallerDemand>() is not null);
}
