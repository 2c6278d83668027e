using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Handstamp.Bearer.Tests;

/// <summary>
/// An issuer on a real Kestrel that does what a test says, including faults: it rotates keys, goes down, forges events,
/// and breaks the connection.
/// </summary>
sealed class TestIssuer : IAsyncDisposable
{
    public const string Credential = "hsa_orders_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    public static readonly MacKey MacKey = new(1, new byte[MacKey.SecretSize]);

    readonly ConcurrentDictionary<string, int> _asked = new();
    readonly ConcurrentDictionary<ChannelWriter<string>, bool> _followers = new();
    readonly Lock _feed = new();
    readonly List<string> _frames = [];
    string _epoch = "1-";
    readonly WebApplication _app;

    TestIssuer(WebApplication app, string address) => (_app, Address) = (app, address);

    public string Address { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SigningKey Key { get; set; } = SigningKey.Create(JwsAlgorithm.Es256);

    /// <summary>The keys in the key set: only the current key, unless a test says otherwise.</summary>
    public IReadOnlyList<JsonWebKey>? Published { get; set; }

    public string KeyCaching { get; set; } = "public, max-age=600";

    /// <summary>Cuts each connection without an answer, including those that are open now.</summary>
    public bool IsAway
    {
        get;
        set
        {
            field = value;
            if (value)
                CutFeeds();
        }
    }

    public bool WantsCredential { get; set; }

    public bool BeatsWhenCaughtUp { get; set; } = true;

    public bool HasFeed { get; set; } = true;

    /// <summary>A false value for the discovery document.</summary>
    public Dictionary<string, string> Lies { get; } = [];

    public ConcurrentQueue<string> Reports { get; } = new();

    public ConcurrentDictionary<string, bool> Inactive { get; } = new();

    public ConcurrentQueue<string> ResumedFrom { get; } = new();

    public int Followers => _followers.Count;

    public int Asked(string path) => _asked.GetValueOrDefault(path);

    public int AskedInAll => _asked.Values.Sum();

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var port = new LoopbackPort();
        port.Use(builder.WebHost);
        var issuer = new TestIssuer(builder.Build(), port.Address);
        issuer.Map();
        await issuer._app.StartAsync();
        return issuer;
    }

    public AccessToken Token() => new()
    {
        Issuer = Address,
        Subject = "account-1",
        Audience = [Address],
        IssuedAt = Clock.GetUtcNow(),
        ExpiresAt = Clock.GetUtcNow().AddMinutes(10),
        TokenId = Guid.NewGuid().ToString(),
        ClientId = "web",
        SessionId = Guid.NewGuid(),
        Scope = "profile orders:read",
        Roles = ["admin", "buyer"],
        AuthenticationMethods = ["pwd"],
        AuthenticationContext = "1",
        AuthenticatedAt = Clock.GetUtcNow(),
        Others = [new("plan", "gold", TokenClaimKind.String)],
    };

    public string Issue(Func<AccessToken, AccessToken>? change = null, SigningKey? key = null) =>
        (change is null ? Token() : change(Token())).ToJwt(key ?? Key);

    public static string RefreshToken(Guid session) => Tokens.RefreshToken.Create(MacKey, session, 1).Encode();

    public void Revoke(Guid session, SigningKey? key = null, string? issuer = null, string reason = "logout") =>
        Tell("session-revoked", Event(new RevokedSession(session, "account-1", reason), key, issuer));

    public void RevokeKey(string keyId) => Tell("signing-key-revoked", Event(new RevokedKey(keyId)));

    public string Event(SecurityEventSubject subject, SigningKey? key = null, string? issuer = null) => new SecurityEvent
    {
        Issuer = issuer ?? Address,
        Audience = [Address],
        TokenId = Guid.NewGuid().ToString(),
        IssuedAt = Clock.GetUtcNow(),
        Subject = subject,
    }.ToJwt(key ?? Key);

    public void Tell(string name, string data)
    {
        lock (_feed)
        {
            _frames.Add($"id: {_epoch}{_frames.Count + 1}\nevent: {name}\ndata: {data}\n\n");
            Send(_frames[^1]);
        }
    }

    /// <summary>Its database was restored to before the first event: the numbers begin again, in another epoch.</summary>
    public void GoBack()
    {
        lock (_feed)
        {
            _frames.Clear();
            _epoch = "2-";
        }
    }

    public void Beat() => Send("event: heartbeat\ndata:\n\n");

    /// <summary>As if the event had never been sent.</summary>
    public void Withdraw(int id, string name, string data)
    {
        lock (_feed)
            _frames[id - 1] = $"id: {_epoch}{id}\nevent: {name}\ndata: {data}\n\n";
    }

    public void CutFeeds()
    {
        foreach (var follower in _followers.Keys)
            follower.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        CutFeeds();
        await _app.DisposeAsync();
    }

    void Send(string frame)
    {
        foreach (var follower in _followers.Keys)
            follower.TryWrite(frame);
    }

    void Map()
    {
        _app.Use(CountAsync);
        _app.MapGet("/.well-known/openid-configuration", Discovery);
        _app.MapGet("/keys", (Delegate)Keys);
        _app.MapGet("/revocations", FeedAsync);
        _app.MapPost("/oauth/introspect", (Delegate)IntrospectAsync);
        _app.MapDelete("/refresh", (Delegate)ReportAsync);
    }

    async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        _asked.AddOrUpdate(context.Request.Path.Value!, 1, (_, count) => count + 1);
        if (IsAway)
            context.Abort();
        else
            await next(context);
    }

    IResult Discovery()
    {
        var document = new Dictionary<string, string>
        {
            ["issuer"] = Address,
            ["jwks_uri"] = Address + "/keys",
            ["introspection_endpoint"] = Address + "/oauth/introspect",
        };
        if (HasFeed)
            document["handstamp_revocations_endpoint"] = Address + "/revocations";
        foreach (var (name, value) in Lies)
            document[name] = value;
        return Results.Text(JsonSerializer.Serialize(document), "application/json");
    }

    IResult Keys(HttpContext context)
    {
        var keys = new JsonWebKeySet(Published ?? [Key.PublicKey]);
        var tag = $"\"{string.Join('.', keys.Keys.Select(key => key.KeyId))}\"";
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = KeyCaching;
        return context.Request.Headers.IfNoneMatch == tag
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Bytes(keys.ToJson(), "application/jwk-set+json");
    }

    bool Admits(HttpRequest request) => !WantsCredential || request.Headers.Authorization == "Bearer " + Credential;

    async Task FeedAsync(HttpContext context)
    {
        if (!Admits(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        var frames = Follow(context.Request.Headers["Last-Event-ID"].ToString());
        await context.Response.Body.FlushAsync();
        try
        {
            await foreach (var frame in frames.Reader.ReadAllAsync(context.RequestAborted))
            {
                await context.Response.WriteAsync(frame);
                await context.Response.Body.FlushAsync();
            }
        }
        finally
        {
            _followers.TryRemove(frames.Writer, out _);
        }

        if (IsAway)
            context.Abort();
    }

    Channel<string> Follow(string lastSeen)
    {
        var frames = Channel.CreateUnbounded<string>();
        ResumedFrom.Enqueue(lastSeen);
        lock (_feed)
        {
            foreach (var frame in _frames.Skip(lastSeen.StartsWith(_epoch, StringComparison.Ordinal) ? int.Parse(lastSeen.AsSpan(2), CultureInfo.InvariantCulture) : 0))
                frames.Writer.TryWrite(frame);
            if (BeatsWhenCaughtUp)
                frames.Writer.TryWrite("event: heartbeat\ndata:\n\n");
            _followers[frames.Writer] = true;
        }

        return frames;
    }

    async Task<IResult> IntrospectAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        return Admits(context.Request)
            ? Results.Text($$"""{"active":{{(Inactive.ContainsKey(form["token"]!) ? "false" : "true")}}}""", "application/json")
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }

    async Task<IResult> ReportAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var report = await body.ReadToEndAsync();
        Reports.Enqueue(report);
        using var json = JsonDocument.Parse(report);
        var shown = json.RootElement.GetProperty("refresh_token").GetString();
        return Tokens.AuthenticToken.TryParse(shown, id => id == MacKey.Id ? MacKey : null, out _, out _)
            ? Results.NoContent()
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }
}
