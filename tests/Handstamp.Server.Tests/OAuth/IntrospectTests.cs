using System.Net;
using System.Text.Json;
using Handstamp.Server.Clients;
using Handstamp.Server.Http;
using Handstamp.Server.Keys;
using Handstamp.Server.Tests.Sessions.Dpop;
using Xunit;

namespace Handstamp.Server.Tests.OAuth;

public sealed class IntrospectTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    TokenSet _tokens = null!;
    string _credential = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        _tokens = await _app.RegisterAndLoginAsync();
        var credential = ResourceServerCredential.Create("orders-api");
        await _app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, _app.Clock.GetUtcNow()));
        _credential = credential.Reveal();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task<HttpResponseMessage> AskAsync(HttpContent? form, string? credential = null, HandstampApp? app = null, bool chunked = false) =>
        (app ?? _app).SendAsync(HttpMethod.Post, "/oauth/introspect", accessToken: credential ?? _credential, change: request =>
        {
            request.Content = form;
            if (chunked) request.Headers.TransferEncodingChunked = true;
        });

    async Task<JsonElement> AskAsync(string token, HandstampApp? app = null)
    {
        using var answer = await AskAsync(new FormUrlEncodedContent([new("token", token)]), app: app);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    [Fact]
    public async Task A_live_token_is_active_and_its_claims_are_shown()
    {
        var answer = await AskAsync(_tokens.AccessToken);
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal(_tokens.SessionId, answer.GetProperty("sid").GetGuid());
        Assert.Equal(HandstampApp.Issuer, answer.GetProperty("iss").GetString());
        Assert.Equal(
            ("1", _app.Clock.GetUtcNow().ToUnixTimeSeconds()),
            (answer.GetProperty("acr").GetString(), answer.GetProperty("auth_time").GetInt64()));
    }

    [Fact]
    public async Task A_token_whose_session_has_ended_with_its_MAC_key_is_not_active()
    {
        var keys = _app.Get<KeyRingService>();
        Assert.True(await keys.RevokeAsync($"mac-{keys.Ring.MacKey(_app.Clock.GetUtcNow()).Id}", default));

        Assert.False((await AskAsync(_tokens.AccessToken)).GetProperty("active").GetBoolean());
        Assert.True((await AskAsync((await _app.LoginAsync()).AccessToken)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Tokens_for_each_audience_are_active_and_the_answer_names_the_audience()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Audiences:0"] = "orders", ["Audiences:1"] = "stock" });
        await app.RegisterAsync();
        Assert.True(ResourceServerCredential.TryParse(_credential, out var credential));
        await app.Get<IResourceServerStore>().TryAddAsync(new(credential.Name, credential.SecretHash, app.Clock.GetUtcNow()));

        foreach (var resource in new[] { "orders", "stock", HandstampApp.Issuer })
        {
            using var login = await app.PostAsync("/login", new { email = HandstampApp.Email, password = HandstampApp.Password, resource });
            var answer = await AskAsync((await TokenSet.ReadAsync(login)).AccessToken, app);
            Assert.True(answer.GetProperty("active").GetBoolean());
            Assert.Equal([resource], answer.GetProperty("aud").EnumerateArray().Select(name => name.GetString()));
        }
    }

    [Fact]
    public async Task The_answer_for_a_bound_token_names_its_key()
    {
        var client = new BoundClient(_app);
        var answer = await AskAsync((await client.LoginAsync()).AccessToken);
        Assert.Equal("DPoP", answer.GetProperty("token_type").GetString());
        Assert.Equal(client.Key.PublicKey.Thumbprint, answer.GetProperty("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    public async Task Any_other_token_is_inactive_and_nothing_else_is_revealed()
    {
        (await _app.PostAsync("/logout", new { }, _tokens.AccessToken)).Dispose();
        foreach (var token in new[] { _tokens.AccessToken, _tokens.RefreshToken!, "nonsense" })
            Assert.Equal("""{"active":false}""", (await AskAsync(token)).GetRawText());
    }

    [Fact]
    public async Task Only_resource_servers_may_ask()
    {
        using var answer = await AskAsync(new FormUrlEncodedContent([new("token", _tokens.AccessToken)]), _tokens.AccessToken);
        await AssertRefusedAsync(answer, 401, "invalid_token", "resource_server_unauthorized");
        Assert.StartsWith("Bearer error=\"invalid_token\", ", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    // RFC 6750 §3.
    [Fact]
    public async Task A_request_without_a_credential_gets_a_challenge_without_an_error()
    {
        using var answer = await _app.SendAsync(HttpMethod.Post, "/oauth/introspect");
        await AssertRefusedAsync(answer, 401, "invalid_token", "resource_server_unauthorized");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task The_token_must_be_sent_once_in_a_form_of_bounded_size()
    {
        using var twice = await AskAsync(new FormUrlEncodedContent([new("token", "a"), new("token", "b")]));
        await AssertRefusedAsync(twice, 400, "invalid_request", "invalid_request");
        using var none = await AskAsync(new FormUrlEncodedContent([new("other", "a")]));
        await AssertRefusedAsync(none, 400, "invalid_request", "invalid_request");
        using var json = await AskAsync(new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        await AssertRefusedAsync(json, 415, "invalid_request", "unsupported_media_type");
        using var large = await AskAsync(new FormUrlEncodedContent([new("token", new string('a', 70_000))]));
        await AssertRefusedAsync(large, 413, "invalid_request", "body_too_large");
    }

    [Fact]
    public async Task A_form_without_a_length_is_read_up_to_the_limit()
    {
        using var live = await AskAsync(new FormUrlEncodedContent([new("token", _tokens.AccessToken)]), chunked: true);
        Assert.Contains("\"active\":true", await live.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var longest = await AskAsync(Sized(JsonBody.MaxLength), chunked: true);
        Assert.Equal("""{"active":false}""", await longest.Content.ReadAsStringAsync());
        foreach (var length in new[] { JsonBody.MaxLength + 1, 10 * JsonBody.MaxLength })
        {
            using var large = await AskAsync(Sized(length), chunked: true);
            await AssertRefusedAsync(large, 413, "invalid_request", "body_too_large");
        }
    }

    [Fact]
    public async Task A_request_without_a_body_is_not_a_form()
    {
        using var none = await AskAsync(form: null);
        await AssertRefusedAsync(none, 415, "invalid_request", "unsupported_media_type");
    }

    // Found by fuzzing: both made the framework's form reader throw an exception.
    [Fact]
    public async Task A_form_that_cannot_be_read_is_refused()
    {
        using var many = await AskAsync(new FormUrlEncodedContent(Enumerable.Range(0, 2000).Select(n => KeyValuePair.Create($"p{n}", "a"))));
        await AssertRefusedAsync(many, 400, "invalid_request", "invalid_request");
        using var longName = await AskAsync(new FormUrlEncodedContent([new(new string('n', 10_000), "a")]));
        await AssertRefusedAsync(longName, 400, "invalid_request", "invalid_request");
        using var multipart = await AskAsync(new StringContent("token=a") { Headers = { ContentType = new("multipart/form-data") } });
        await AssertRefusedAsync(multipart, 415, "invalid_request", "unsupported_media_type");
        foreach (var charset in new[] { "utf-7", "utf-16", "bogus" })
        {
            using var encoded = await AskAsync(new StringContent("token=a")
            {
                Headers = { ContentType = new("application/x-www-form-urlencoded", charset) },
            });
            await AssertRefusedAsync(encoded, 415, "invalid_request", "unsupported_media_type");
        }
    }

    static FormUrlEncodedContent Sized(int length) => new([new("token", new string('a', length - "token=".Length))]);

    static async Task AssertRefusedAsync(HttpResponseMessage answer, int status, string error, string code)
    {
        var refused = await OAuthErrorAnswer.ReadAsync(answer);
        Assert.Equal((status, error, code), (refused.Status, refused.Error, refused.Code));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }
}
