using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Handstamp.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handstamp.Server.Tests.ExternalLogins;

/// <summary>A person at a provider.</summary>
sealed record Person(string Subject, string? Email = null, bool Verified = true);

/// <summary>
/// An OpenID Connect provider on a socket of its own. It checks what a provider has to check, and a test can replace each of its
/// answers.
/// </summary>
sealed class ProviderDouble : IAsyncDisposable
{
    public const string ClientId = "handstamp";
    public const string ClientSecret = "s3cret & more";

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, Grant> _grants = new();
    readonly TimeProvider _clock;

    ProviderDouble(WebApplication app, TimeProvider clock)
    {
        (_app, _clock) = (app, clock);
        Issuer = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
    }

    public string Issuer { get; }

    public SigningKey Key { get; set; } = SigningKey.Create(JwsAlgorithm.Es256);

    /// <summary>The keys that it publishes, if not only the one that it signs with.</summary>
    public IReadOnlyList<SigningKey>? Published { get; set; }

    /// <summary>Answers in place of its own, by path.</summary>
    public ConcurrentDictionary<string, RequestDelegate> Answers { get; } = new();

    /// <summary>What it was asked, in order: <c>POST /token</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Changes the claims of an ID token before it is signed.</summary>
    public Action<JsonObject> Change { get; set; } = _ => { };

    /// <summary>Changes its description of itself.</summary>
    public Action<JsonObject> Describe { get; set; } = _ => { };

    /// <summary>The header of an ID token.</summary>
    public Func<JsonObject> Header { get; set; }
        = () => new JsonObject();

    public static async Task<ProviderDouble> StartAsync(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        ProviderDouble? provider = null;
        app.Run(context => provider!.AnswerAsync(context));
        await app.StartAsync();
        return provider = new ProviderDouble(app, clock);
    }

    /// <summary>The settings of a service that knows it under this name.</summary>
    public Dictionary<string, string?> Settings(string name = "corp", string? kind = null) => new()
    {
        [$"ExternalLogins:{name}:Issuer"] = Issuer,
        [$"ExternalLogins:{name}:ClientId"] = ClientId,
        [$"ExternalLogins:{name}:ClientSecret"] = ClientSecret,
        [$"ExternalLogins:{name}:RedirectUris:0"] = $"https://app.example.com/{name}",
        [$"ExternalLogins:{name}:Kind"] = kind,
    };

    /// <summary>The person logs in there. Returns the address to which the browser is sent back.</summary>
    public string Approve(string url, Person person)
    {
        var query = QueryHelpers.ParseQuery(new Uri(url).Query);
        var code = RandomNumberGenerator.GetHexString(16);
        _grants[code] = new Grant(query["redirect_uri"]!, query["code_challenge"], query["nonce"], person);
        return QueryHelpers.AddQueryString(query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] });
    }

    /// <summary>An ID token about the person, as the test has it changed.</summary>
    public string IdToken(Person person, string? nonce)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = Issuer, ["sub"] = person.Subject, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300 };
        if (nonce is not null) claims["nonce"] = nonce;
        if (person.Email is not null) (claims["email"], claims["email_verified"]) = (person.Email, person.Verified);
        Change(claims);
        var header = Header();
        if (header.Count == 0) header = new JsonObject { ["alg"] = Key.PublicKey.Algorithm.Name, ["kid"] = Key.KeyId };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        var signature = new byte[Key.SignatureSize];
        Key.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        if (Answers.TryGetValue(path, out var other)) await other(context);
        else if (path == "/.well-known/openid-configuration") await WriteAsync(context, Metadata());
        else if (path == "/keys") await context.Response.Body.WriteAsync(new JsonWebKeySet([.. (Published ?? [Key]).Select(key => key.PublicKey)]).ToJson());
        else if (path == "/token") await RedeemAsync(context);
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>Its description of itself.</summary>
    public JsonObject Metadata()
    {
        var metadata = new JsonObject
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = $"{Issuer}/authorize",
            ["token_endpoint"] = $"{Issuer}/token",
            ["jwks_uri"] = $"{Issuer}/keys",
        };
        Describe(metadata);
        return metadata;
    }

    /// <summary>RFC 6749 §4.1.3, RFC 7636 §4.6.</summary>
    async Task RedeemAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var basic = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:s3cret+%26+more"))}";
        Grant? grant = null;
        var fault = context.Request.Headers.Authorization != basic ? "invalid_client"
            : form["grant_type"] != "authorization_code" ? "unsupported_grant_type"
            : !_grants.TryRemove(form["code"]!, out grant) || grant.RedirectUri != form["redirect_uri"]
                || grant.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"]!))) ? "invalid_grant"
            : null;
        if (fault is not null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, new JsonObject { ["error"] = fault });
            return;
        }
        await WriteAsync(context, new JsonObject
        {
            ["access_token"] = "at",
            ["token_type"] = "Bearer",
            ["id_token"] = IdToken(grant!.Person, grant.Nonce),
        });
    }

    public static Task WriteAsync(HttpContext context, JsonNode json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }

    static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    sealed record Grant(string RedirectUri, string? Challenge, string? Nonce, Person Person);
}
