using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Handstamp.Server.Sessions;
using Handstamp.Server.Sessions.Dpop;
using Handstamp.Tokens;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace Handstamp.Server.Tests.Sessions.Dpop;

public sealed class BoundSessionTests : IAsyncLifetime
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    HandstampApp _app = null!;
    BoundClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await HandstampApp.StartAsync();
        await _app.RegisterAsync();
        _client = new BoundClient(_app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static JsonElement Claims(TokenSet tokens) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(tokens.AccessToken.Split('.')[1])).RootElement;

    static string TokenType(TokenSet tokens) => JsonDocument.Parse(tokens.Body).RootElement.GetProperty("token_type").GetString()!;

    async Task<RotationState> RowAsync(Guid session) =>
        (await _app.Get<ISessionStore>().FindAsync(session, default))!.Session.Rotation;

    static async Task AssertRefusedAsync(string code, HttpResponseMessage answer)
    {
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal((code, 401, false), (problem.Code, problem.Status, problem.Definitive));
        Assert.StartsWith("DPoP ", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Headers.Contains("DPoP-Nonce"));
        Assert.Null(problem.RetryAfter);
        answer.Dispose();
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_login_with_a_proof_binds_the_session_and_its_access_tokens_to_the_key(string algorithm)
    {
        var client = new BoundClient(_app, SigningKey.Create(JwsAlgorithm.Find(algorithm)!));

        var login = await client.LoginAsync();
        _app.Jump(Window);
        var refreshed = await client.RefreshedAsync(login.RefreshToken!);

        Assert.All([login, refreshed], tokens =>
        {
            Assert.Equal("DPoP", TokenType(tokens));
            Assert.Equal(client.Key.PublicKey.Thumbprint, Claims(tokens).GetProperty("cnf").GetProperty("jkt").GetString());
        });
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
    }

    [Fact]
    public async Task A_login_without_a_proof_binds_nothing()
    {
        var login = await _app.LoginAsync();

        Assert.Equal("Bearer", TokenType(login));
        Assert.False(Claims(login).TryGetProperty("cnf", out _));
    }

    [Fact]
    public async Task The_first_proof_is_asked_for_a_nonce_before_anything_is_done()
    {
        using var answer = await _client.SendAsync(HttpMethod.Post, "/login", _client.Proof(HttpMethod.Post, "/login"),
            new { email = HandstampApp.Email, password = "wrong" });

        await AssertRefusedAsync("use_dpop_nonce", answer);
        Assert.Contains("error=\"use_dpop_nonce\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stolen_refresh_token_is_worth_nothing_and_harms_nothing_without_the_key()
    {
        var login = await _client.LoginAsync();
        _app.Jump(Window);
        var rotated = await _client.RefreshedAsync(login.RefreshToken!);
        _app.Jump(Window);
        var row = await RowAsync(login.SessionId);
        var thief = new BoundClient(_app);

        // The newest, and the one before, whose use after its successor's would be a reuse.
        foreach (var stolen in new[] { rotated.RefreshToken!, login.RefreshToken! })
        {
            await AssertRefusedAsync("dpop_proof_required", await _app.RefreshAsync(stolen));
            await AssertRefusedAsync("dpop_proof_invalid", await thief.RefreshAsync(stolen));
        }

        Assert.Equal(row, await RowAsync(login.SessionId));
        Assert.NotEqual(rotated.RefreshToken, (await _client.RefreshedAsync(rotated.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task Within_the_window_too_each_answer_needs_the_proof()
    {
        var login = await _client.LoginAsync();

        await AssertRefusedAsync("dpop_proof_required", await _app.RefreshAsync(login.RefreshToken!));
        Assert.Equal(login.RefreshToken, (await _client.RefreshedAsync(login.RefreshToken!)).RefreshToken);
    }

    [Fact]
    public async Task A_stolen_cookie_is_worth_nothing_without_the_key()
    {
        using var login = await _client.SendAsync(HttpMethod.Post, "/login",
            new { email = HandstampApp.Email, password = HandstampApp.Password, transport = "cookie" });
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        var cookie = SetCookieHeaderValue.Parse(login.Headers.GetValues("Set-Cookie").Single());
        _app.Jump(Window);

        Task<HttpResponseMessage> RefreshAsync(string? proof) => _app.SendAsync(HttpMethod.Post, "/refresh", change: request =>
        {
            request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
            if (proof is not null) request.Headers.Add("DPoP", proof);
        });

        await AssertRefusedAsync("dpop_proof_required", await RefreshAsync(null));
        using var own = await RefreshAsync(_client.Proof(HttpMethod.Post, "/refresh"));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task The_end_of_a_session_is_told_to_whoever_has_no_key_too()
    {
        var login = await _client.LoginAsync();
        using var logout = await _client.SendAsync(HttpMethod.Delete, "/refresh", proof: null, new { refresh_token = login.RefreshToken });

        var answer = await ProblemAnswer.ReadAsync(await _app.RefreshAsync(login.RefreshToken!));

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        Assert.Equal(("session_revoked", true), (answer.Code, answer.Definitive));
    }

    [Fact]
    public async Task A_session_that_is_not_bound_refreshes_with_a_proof_as_without()
    {
        var login = await _app.LoginAsync();
        _app.Jump(Window);

        var refreshed = await _client.RefreshedAsync(login.RefreshToken!);

        Assert.Equal("Bearer", TokenType(refreshed));
    }

    [Fact]
    public async Task A_proof_is_used_once_at_each_route()
    {
        var login = await _client.LoginAsync();
        object refresh = new { refresh_token = login.RefreshToken };
        object credentials = new { email = HandstampApp.Email, password = HandstampApp.Password };
        (HttpMethod Method, string Route, object? Body, string? AccessToken)[] requests =
        [
            (HttpMethod.Post, "/login", credentials, null),
            (HttpMethod.Post, "/refresh", refresh, null),
            (HttpMethod.Get, "/me", null, login.AccessToken),
        ];
        foreach (var (method, route, body, accessToken) in requests)
        {
            var proof = _client.Proof(method, route, accessToken);
            using var first = await _client.SendAsync(method, route, proof, body, accessToken);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            await AssertRefusedAsync("dpop_proof_invalid", await _client.SendAsync(method, route, proof, body, accessToken));
        }
    }

    [Fact]
    public async Task A_proof_used_on_one_node_is_used_on_all()
    {
        var login = await _client.LoginAsync();
        await using var other = await HandstampApp.StartAsync(directory: _app.Directory, clock: _app.Clock);
        var proof = _client.Proof(HttpMethod.Post, "/refresh");
        using var first = await _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        var elsewhere = new BoundClient(other, _client.Key) { Nonce = _client.Nonce };
        await AssertRefusedAsync("dpop_proof_invalid",
            await elsewhere.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken }));
        // The nonce that the first node gave is good at the second.
        using var fresh = await elsewhere.SendAsync(
            HttpMethod.Post, "/refresh", elsewhere.Proof(HttpMethod.Post, "/refresh"), new { refresh_token = login.RefreshToken });
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
    }

    [Fact]
    public async Task Of_parallel_uses_of_one_proof_one_is_taken()
    {
        var login = await _client.LoginAsync();
        var proof = _client.Proof(HttpMethod.Post, "/refresh");

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ =>
            _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_nonce_is_good_for_five_minutes_whatever_the_clock_of_the_client_says()
    {
        var login = await _client.LoginAsync();
        var early = DpopProof.Create(
            _client.Key, "POST", new Uri(HandstampApp.Issuer + "/refresh"), _app.Clock.GetUtcNow().AddYears(-3), nonce: _client.Nonce);
        var late = DpopProof.Create(
            _client.Key, "POST", new Uri(HandstampApp.Issuer + "/refresh"), _app.Clock.GetUtcNow().AddYears(3), nonce: _client.Nonce);
        var last = _client.Proof(HttpMethod.Post, "/refresh");

        Task<HttpResponseMessage> RefreshAsync(string proof) =>
            _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });

        _app.Jump(ProofGate.NonceLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(early)).StatusCode);
        _app.Jump(TimeSpan.FromSeconds(1));
        await AssertRefusedAsync("use_dpop_nonce", await RefreshAsync(late));
        await AssertRefusedAsync("use_dpop_nonce", await RefreshAsync(last));
    }

    [Fact]
    public async Task A_used_proof_is_remembered_as_long_as_its_nonce_is_good_and_then_forgotten()
    {
        var login = await _client.LoginAsync();
        var proof = _client.Proof(HttpMethod.Post, "/refresh");
        using var first = await _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
        var proofs = _app.Get<IProofStore>();

        _app.Jump(ProofGate.NonceLifetime - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await proofs.SweepAsync(_app.Clock.GetUtcNow(), 100));
        await AssertRefusedAsync("dpop_proof_invalid",
            await _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken }));

        _app.Jump(TimeSpan.FromSeconds(2));
        await _app.Get<SessionSweeper>().SweepAsync(default);
        Assert.Equal(0, await proofs.SweepAsync(_app.Clock.GetUtcNow().AddHours(1), 100));
    }

    [Fact]
    public async Task Strangers_do_not_fill_the_store()
    {
        await _client.LoginAsync();
        var forged = RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode();
        await _client.RefreshAsync(forged);
        await _client.SendAsync(HttpMethod.Post, "/login", new { email = HandstampApp.Email, password = "wrong" });
        await _client.SendAsync(HttpMethod.Get, "/me", accessToken: "eyJ");

        Assert.Equal(1, await _app.Get<IProofStore>().SweepAsync(_app.Clock.GetUtcNow().AddHours(1), 100));
    }

    [Fact]
    public async Task Beside_a_forged_token_a_proof_is_not_even_looked_at()
    {
        var forged = RefreshToken.Create(MacKey.Create(1), Guid.NewGuid(), 1).Encode();

        using var answer = await _client.SendAsync(HttpMethod.Post, "/refresh", "nonsense", new { refresh_token = forged });

        Assert.Equal("refresh_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
        Assert.Null(_client.Nonce);
    }

    [Fact]
    public async Task A_proof_for_another_route_method_or_host_is_refused_with_what_is_wrong()
    {
        var login = await _client.LoginAsync();
        (string Proof, string Names)[] wrong =
        [
            (_client.Proof(HttpMethod.Post, "/login"), "htu"),
            (_client.Proof(HttpMethod.Get, "/refresh"), "htm"),
            // What a proxy connects to is not what the client has called.
            (DpopProof.Create(_client.Key, "POST", new Uri(_app.Client.BaseAddress!, "/refresh"), _app.Clock.GetUtcNow(), nonce: _client.Nonce), "htu"),
            ("nonsense", "segments"),
        ];
        foreach (var (proof, names) in wrong)
        {
            using var answer = await _client.SendAsync(HttpMethod.Post, "/refresh", proof, new { refresh_token = login.RefreshToken });
            Assert.Contains(names, (await ProblemAnswer.ReadAsync(answer)).Detail, StringComparison.Ordinal);
            await AssertRefusedAsync("dpop_proof_invalid", answer);
        }
    }

    [Fact]
    public async Task Two_proofs_in_one_request_are_refused()
    {
        var login = await _client.LoginAsync();
        var body = $$"""{"refresh_token":"{{login.RefreshToken}}"}""";
        using var line = new TcpClient();
        await line.ConnectAsync(_app.Client.BaseAddress!.Host, _app.Client.BaseAddress.Port);
        await using var stream = line.GetStream();

        // An HttpClient would make one header of the two.
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n",
            "POST /refresh HTTP/1.1", "Host: auth", "Connection: close", "Content-Type: application/json", $"Content-Length: {body.Length}",
            $"DPoP: {_client.Proof(HttpMethod.Post, "/refresh")}", $"DPoP: {_client.Proof(HttpMethod.Post, "/refresh")}", "", body)));
        using var reader = new StreamReader(stream);

        Assert.Contains("dpop_proof_invalid", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_a_base_path_the_proof_names_the_address_that_callers_see()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["BasePath"] = "/auth", ["Issuer"] = "https://example.com/auth" });
        using var registered = await app.PostAsync("/auth/register", new { email = HandstampApp.Email, password = HandstampApp.Password });
        var client = new BoundClient(app, issuer: "https://example.com/auth", basePath: "/auth");

        var login = await client.LoginAsync();
        using var answer = await client.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_bound_access_token_needs_its_scheme_a_proof_of_its_key_and_one_for_itself()
    {
        var login = await _client.LoginAsync();
        var other = await _client.LoginAsync();
        var thief = new BoundClient(_app) { Nonce = _client.Nonce };

        Task<HttpResponseMessage> MeAsync(string? proof, string scheme = "DPoP") =>
            _client.SendAsync(HttpMethod.Get, "/me", proof, accessToken: login.AccessToken, scheme: scheme);

        Assert.Equal(HttpStatusCode.OK, (await MeAsync(_client.Proof(HttpMethod.Get, "/me", login.AccessToken))).StatusCode);
        await AssertRefusedAsync("dpop_proof_required", await MeAsync(_client.Proof(HttpMethod.Get, "/me", login.AccessToken), "Bearer"));
        await AssertRefusedAsync("dpop_proof_required", await MeAsync(proof: null));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(thief.Proof(HttpMethod.Get, "/me", login.AccessToken)));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(_client.Proof(HttpMethod.Get, "/me", other.AccessToken)));
        await AssertRefusedAsync("dpop_proof_invalid", await MeAsync(_client.Proof(HttpMethod.Get, "/me")));
    }

    [Fact]
    public async Task A_token_that_is_not_bound_does_not_come_as_DPoP()
    {
        var login = await _app.LoginAsync();

        using var answer = await _client.SendAsync(HttpMethod.Get, "/me", accessToken: login.AccessToken);

        Assert.Equal("access_token_invalid", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Fact]
    public async Task Logout_and_the_device_list_work_for_a_bound_session()
    {
        var login = await _client.LoginAsync();

        using var list = await _client.SendAsync(HttpMethod.Get, "/sessions", accessToken: login.AccessToken);
        using var logout = await _client.SendAsync(HttpMethod.Post, "/logout", accessToken: login.AccessToken);

        Assert.Contains(login.SessionId.ToString(), await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_send_proofs_and_read_nonces()
    {
        await using var app = await HandstampApp.StartAsync(new() { ["Cors:AllowedOrigins:0"] = "https://app.example.com" });

        using var preflight = await app.SendAsync(HttpMethod.Options, "/refresh", change: request =>
        {
            request.Headers.Add("Origin", "https://app.example.com");
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "dpop");
        });
        using var answer = await app.SendAsync(HttpMethod.Get, "/me", change: request => request.Headers.Add("Origin", "https://app.example.com"));

        Assert.Contains("DPoP", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains("DPoP-Nonce", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }
}
