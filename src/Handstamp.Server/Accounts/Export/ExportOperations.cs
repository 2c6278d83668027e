using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Export;

/// <summary>A copy of what an owner can see of the account: JSON. Each part of it has a limit.</summary>
sealed class ExportOperations(
    IAccountStore accounts, IEnumerable<IPersonalData> parts, IThrottleStore throttles, AuditTrail trail, TimeProvider clock)
{
    // A file for people. Browsers do not read it as a page.
    static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Each has its own event, so that a thief's does not hide behind the owner's.
    public static readonly ThrottleRule OfAccount = ThrottleRule.Pace(20, TimeSpan.FromDays(1));

    /// <summary>The file's name.</summary>
    public const string FileName = "account.json";

    public async Task<OrRefusal<ReadOnlyMemory<byte>>> ExportAsync(Guid accountId, Guid sessionId, Origin by, CancellationToken cancel)
    {
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;
        var now = clock.Now();
        if (await throttles.TryTakeAsync([new(ThrottleKeys.ForExportsOf(accountId), OfAccount)], now) is { } wait)
            return new Refusal(Problems.TooManyRequests, RetryAfter: wait);
        // Before the answer: no copy leaves without a trace.
        await trail.AddAsync(by.Does(EventKind.AccountExported, now) with { AccountId = accountId, SessionId = sessionId });

        var utf8 = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(utf8, Readable))
        {
            json.WriteStartObject();
            json.WriteString("exported_at"u8, now);
            foreach (var part in parts)
            {
                json.WritePropertyName(part.Name);
                await part.WriteAsync(account, json, cancel);
            }
            json.WriteEndObject();
        }
        return utf8.WrittenMemory;
    }
}
