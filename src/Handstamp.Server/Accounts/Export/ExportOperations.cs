using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Handstamp.Server.Audit;
using Handstamp.Server.Http;

namespace Handstamp.Server.Accounts.Export;

/// <summary>A copy of everything that is held about an account, for its owner: JSON. Each part of it has a limit.</summary>
sealed class ExportOperations(IAccountStore accounts, IEnumerable<IPersonalData> parts, AuditTrail trail, TimeProvider clock)
{
    // A file for people. Browsers do not read it as a page.
    static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's name.</summary>
    public const string FileName = "account.json";

    public async Task<OrRefusal<ReadOnlyMemory<byte>>> ExportAsync(Guid accountId, Origin by, CancellationToken cancel)
    {
        if (await accounts.FindAsync(accountId, cancel) is not { } account) return Problems.SessionRevoked;
        var now = clock.Now();
        // Before the answer: no copy leaves without a trace.
        await trail.CountAsync(Exported(accountId, by, now));

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

    static Event Exported(Guid accountId, Origin by, DateTimeOffset now) => by.Does(EventKind.AccountExported, now) with
    {
        AccountId = accountId,
        Since = now,
        Tally = EventId.Tally(EventKind.AccountExported, now.UtcDateTime.Date, accountId),
    };
}
