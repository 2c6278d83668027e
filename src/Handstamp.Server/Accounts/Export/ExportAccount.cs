using Handstamp.Server.Audit;
using Handstamp.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Handstamp.Server.Accounts.Export;

/// <summary><c>GET /me/export</c>: a copy of what the caller can see of the own account.</summary>
sealed class ExportAccount(ExportOperations exports)
{
    public async ValueTask<Refusal?> HandleAsync(HttpContext context)
    {
        var caller = context.Caller();
        var exported = await exports.ExportAsync(caller.AccountId, caller.SessionId, Origin.Of(context), context.RequestAborted);
        if (!exported.Has(out var file, out var refusal)) return refusal;
        await WriteAsync(context, file);
        return null;
    }

    /// <summary>The answer, as a file to keep.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> file)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = file.Length;
        response.Headers.ContentDisposition = $"attachment; filename=\"{ExportOperations.FileName}\"";
        await response.Body.WriteAsync(file, context.RequestAborted);
    }
}
