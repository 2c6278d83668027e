using System.Net;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Clients;

/// <summary>Lets APIs through: with their credential, or in development on this machine.</summary>
sealed class ResourceServerGate(
    IResourceServerStore servers, AuditTrail trail, TimeProvider clock, IHostEnvironment environment)
{
    const string Scheme = BearerChallenge.Scheme + " ";
    const string WhereFrom = "Create a credential with `handstamp api add NAME` and send it as a bearer token.";

    // Every credential's name has letters.
    const string ThisMachine = "";

    /// <summary>The name of the API that calls.</summary>
    public async ValueTask<OrRefusal<string>> AdmitAsync(HttpContext context)
    {
        if (await FindAsync(context, context.RequestAborted) is { } name) return name;
        trail.Refuse(Origin.Of(context).Does(EventKind.ApiRefused, clock.Now()) with { Outcome = Problems.ResourceServerUnauthorized.Code });
        return context.Request.Headers.Authorization.ToString().Length == 0
            ? BearerChallenge.ForMissing(Problems.ResourceServerUnauthorized, WhereFrom)
            : BearerChallenge.ForInvalid(Problems.ResourceServerUnauthorized, WhereFrom);
    }

    /// <summary>Whether the credential is still valid. If it is removed, the streams that it opened end.</summary>
    public async ValueTask<bool> StillAdmitsAsync(HttpContext context, CancellationToken cancel) =>
        await FindAsync(context, cancel) is not null;

    async ValueTask<string?> FindAsync(HttpContext context, CancellationToken cancel)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return environment.IsDevelopment() && IPAddress.IsLoopback(context.Address()) ? ThisMachine : null;
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && ResourceServerCredential.TryParse(header.AsSpan(Scheme.Length).Trim(), out var credential)
            && await servers.FindAsync(credential.Name, cancel) is { } server
            && credential.Matches(server)
                ? server.Name
                : null;
    }
}
