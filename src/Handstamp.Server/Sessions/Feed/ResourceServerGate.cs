using System.Net;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Handstamp.Server.Sessions.Feed;

/// <summary>Lets APIs through: by their credential, or on this machine in development.</summary>
sealed class ResourceServerGate(IResourceServerStore servers, IHostEnvironment environment)
{
    const string Scheme = "Bearer ";

    /// <summary>Admits the caller, or answers with the problem and returns false.</summary>
    public async ValueTask<bool> AdmitAsync(HttpContext context)
    {
        if (await StillAdmitsAsync(context, context.RequestAborted)) return true;
        context.Response.Headers.WWWAuthenticate = Scheme.TrimEnd();
        await context.WriteProblemAsync(Problems.ResourceServerUnauthorized,
            "Make one with `handstamp api add NAME` and send it as a bearer token.");
        return false;
    }

    /// <summary>Whether the credential counts, now: one that is removed ends what it had opened.</summary>
    public async ValueTask<bool> StillAdmitsAsync(HttpContext context, CancellationToken cancel)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (header.Length == 0) return environment.IsDevelopment() && IPAddress.IsLoopback(context.Address());
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && ResourceServerCredential.TryParse(header.AsSpan(Scheme.Length).Trim(), out var credential)
            && await servers.FindAsync(credential.Name, cancel) is { } server
            && credential.Matches(server);
    }
}
