using System.Buffers;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;

namespace Handstamp.Floor;

/// <summary>A refresh and a login without anything around them: no routing, no limits, no errors.</summary>
sealed class Service(ISessions sessions) : IDisposable
{
    // The hash of the one password that all callers have, at Handstamp's cost.
    const string Hash =
        "$argon2id$v=19$m=19456,t=2,p=1$nKR0nJ+TohmzdZr13fy04w$J/UlrGNfquAPL0XqCLbWRvTjh3VU/9rOEHckeR3Jmw4";

    static readonly byte[] Password = "password"u8.ToArray();
    static readonly byte[] RefreshToken = "refresh_token"u8.ToArray();

    readonly SemaphoreSlim _hashing = new(Environment.ProcessorCount);

    public Task HandleAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/refresh" => RefreshAsync(context),
        "/login" => LoginAsync(context),
        _ => Task.CompletedTask,
    };

    public void Dispose() => _hashing.Dispose();

    async Task RefreshAsync(HttpContext context)
    {
        var now = DateTimeOffset.UtcNow;
        if (await ReadAsync(context) is { } presented
            && await sessions.TryAdvanceAsync(presented.Session, presented.Generation, now) is { } generation)
            await AnswerAsync(context, presented.Session, generation);
        else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
    }

    async Task LoginAsync(HttpContext context)
    {
        var password = await ReadMemberAsync(context, Password, Encoding.UTF8.GetString);
        await _hashing.WaitAsync();
        var good = await Task.Run(() => Argon2id.Verify(Hash, password));
        _hashing.Release();
        if (!good)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var (id, now) = (Guid.NewGuid(), DateTimeOffset.UtcNow);
        await sessions.CreateAsync(id, now);
        await AnswerAsync(context, id, 1);
    }

    static Task<(Guid Session, int Generation)?> ReadAsync(HttpContext context) =>
        ReadMemberAsync(context, RefreshToken, static text =>
            Tokens.TryCheck(text, out var session, out var generation) ? (session, generation) : ((Guid, int)?)null);

    delegate T Use<T>(ReadOnlySpan<byte> text);

    static async Task<T> ReadMemberAsync<T>(HttpContext context, byte[] name, Use<T> use)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }

        var value = use(Find(read.Buffer, name));
        reader.AdvanceTo(read.Buffer.End);
        return value;
    }

    static ReadOnlySpan<byte> Find(ReadOnlySequence<byte> body, byte[] name)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(name)) continue;
            json.Read();
            return json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan;
        }

        return [];
    }

    static async Task AnswerAsync(HttpContext context, Guid session, int generation)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("access_token"u8, Tokens.MakeAccessToken());
            json.WriteString("refresh_token"u8, Tokens.MakeRefreshToken(session, generation));
            json.WriteEndObject();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        await context.Response.Body.WriteAsync(body.WrittenMemory);
    }
}
