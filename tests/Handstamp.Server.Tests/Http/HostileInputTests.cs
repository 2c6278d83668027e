using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Handstamp.Server.Http;
using Xunit;

namespace Handstamp.Server.Tests.Http;

/// <summary>Every route with a body, every field of it, every fault: always a 4xx with a code.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    HandstampApp _app = null!;
    TokenSet _tokens = null!;

    sealed record Route(HttpMethod Method, string Path, Dictionary<string, string> Valid, bool NeedsCaller = false);

    Route[] Routes =>
    [
        new(HttpMethod.Post, "/register", new() { ["email"] = "\"new@example.com\"", ["password"] = "\"some long sentence\"" }),
        new(HttpMethod.Post, "/invitations/accept", new() { ["token"] = "\"hss_nothing\"", ["password"] = "\"some long sentence\"" }),
        new(HttpMethod.Post, "/terms/accept", new() { ["version"] = "\"2026\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/login", new()
        {
            ["email"] = $"\"{HandstampApp.Email}\"",
            ["password"] = $"\"{HandstampApp.Password}\"",
            ["device_name"] = "\"Phone\"",
            ["transport"] = "\"body\"",
            ["remember"] = "false",
        }),
        new(HttpMethod.Post, "/login/former", new()
        {
            ["refresh_token"] = "\"of the former system\"",
            ["device_name"] = "\"Phone\"",
            ["transport"] = "\"body\"",
            ["remember"] = "false",
        }),
        new(HttpMethod.Post, "/login/mfa", new()
        {
            ["mfa_token"] = "\"hss_nothing\"",
            ["method"] = "\"totp\"",
            ["code"] = "\"123456\"",
            ["transport"] = "\"body\"",
        }),
        new(HttpMethod.Post, "/login/mfa/totp", new() { ["mfa_token"] = "\"hss_nothing\"" }),
        new(HttpMethod.Post, "/mfa/totp/confirm", new() { ["code"] = "\"123456\"", ["name"] = "\"Phone\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/refresh", new() { ["refresh_token"] = $"\"{_tokens.RefreshToken}\"" }),
        new(HttpMethod.Delete, "/refresh", new() { ["refresh_token"] = $"\"{_tokens.RefreshToken}\"", ["exposed"] = "false" }),
        new(HttpMethod.Post, "/password/change",
            new() { ["current_password"] = $"\"{HandstampApp.Password}\"", ["new_password"] = "\"some long sentence\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/reauthenticate",
            new() { ["mfa_token"] = "\"hss_nothing\"", ["method"] = "\"totp\"", ["code"] = "\"123456\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/password/forgot", new() { ["email"] = $"\"{HandstampApp.Email}\"" }),
        new(HttpMethod.Post, "/password/reset", new() { ["token"] = "\"hss_nothing\"", ["new_password"] = "\"some long sentence\"" }),
        new(HttpMethod.Post, "/email/resend", new() { ["email"] = $"\"{HandstampApp.Email}\"" }),
        new(HttpMethod.Post, "/email/verify", new() { ["email"] = $"\"{HandstampApp.Email}\"", ["code"] = "\"123456\"" }),
        new(HttpMethod.Post, "/email/verify", new() { ["token"] = "\"hss_nothing\"" }),
        new(HttpMethod.Post, "/email/change", new() { ["new_email"] = "\"other@example.com\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/username/change", new() { ["username"] = "\"ada\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/email/change/confirm", new() { ["email"] = "\"other@example.com\"", ["code"] = "\"123456\"" }),
        new(HttpMethod.Post, "/email/change/undo", new() { ["token"] = "\"hss_nothing\"" }),
        new(HttpMethod.Post, "/me/restore", new() { ["token"] = "\"hss_nothing\"" }),
        new(HttpMethod.Post, "/login/restore", new() { ["mfa_token"] = "\"hss_nothing\"", ["transport"] = "\"body\"" }),
        new(HttpMethod.Patch, "/me",
            new() { ["name"] = "\"Ada\"", ["picture"] = "\"https://example.com/ada.png\"", ["locale"] = "\"de-AT\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/login/code/request", new() { ["email"] = $"\"{HandstampApp.Email}\"" }),
        new(HttpMethod.Post, "/login/code", new() { ["email"] = $"\"{HandstampApp.Email}\"", ["code"] = "\"123456\"", ["device_name"] = "\"Phone\"" }),
        new(HttpMethod.Post, "/login/link", new() { ["token"] = "\"hss_nothing\"", ["device_name"] = "\"Phone\"" }),
        new(HttpMethod.Post, "/passkeys/options", new() { ["conditional"] = "false" }, NeedsCaller: true),
        new(HttpMethod.Post, "/passkeys",
            new() { ["ceremony"] = "\"hss_nothing\"", ["credential"] = "{}", ["name"] = "\"Phone\"" }, NeedsCaller: true),
        new(HttpMethod.Patch, $"/passkeys/{_tokens.SessionId}", new() { ["name"] = "\"Phone\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/login/passkey", new()
        {
            ["ceremony"] = "\"nothing\"",
            ["credential"] = "{}",
            ["device_name"] = "\"Phone\"",
            ["transport"] = "\"body\"",
        }),
        new(HttpMethod.Post, "/login/mfa/options", new() { ["mfa_token"] = "\"hss_nothing\"" }),
        new(HttpMethod.Post, "/login/external/start", new() { ["provider"] = "\"corp\"", ["redirect_uri"] = "\"https://app.example.com/corp\"" }),
        new(HttpMethod.Post, "/login/external", new()
        {
            ["ceremony"] = "\"e30.01AAAA\"",
            ["callback_url"] = "\"https://app.example.com/corp?code=c&state=s\"",
            ["device_name"] = "\"Phone\"",
            ["transport"] = "\"body\"",
        }),
        new(HttpMethod.Post, "/external-logins/start", new() { ["provider"] = "\"corp\"" }, NeedsCaller: true),
        new(HttpMethod.Post, "/external-logins", new() { ["ceremony"] = "\"e30.01AAAA\"", ["id_token"] = "\"a.b.c\"" }, NeedsCaller: true),
        new(HttpMethod.Patch, $"/sessions/{_tokens.SessionId}", new() { ["device_name"] = "\"Phone\"" }, NeedsCaller: true),
    ];

    // Values that no field of any route accepts.
    static readonly string[] WrongValues =
    [
        "0", "-1", "1e400", "[]", "{}", "[\"a\"]", "{\"a\":1}", "\"\"", $"\"{new string('x', 20_000)}\"",
        "\"\\u0000\"", "\"\\ud800\"", "\"a\\u0007b\"", "\"\\ud83d\\u0041\"",
    ];

    public async ValueTask InitializeAsync()
    {
        // Every attempt must be examined, not throttled.
        _app = await HandstampApp.StartAsync(new()
        {
            ["Accounts:Throttle:AccountFree"] = "10000",
            ["Accounts:Throttle:NetworkFree"] = "10000",
            ["Accounts:Throttle:RegistrationFree"] = "10000",
            ["Accounts:Throttle:AddressMails"] = "10000",
            ["Accounts:Throttle:NetworkMails"] = "10000",
            ["Accounts:LoginByMail"] = "true",
            ["Mail:Server"] = "smtp://127.0.0.1:1",
            ["Mail:From"] = "login@example.com",
        });
        _tokens = await _app.RegisterAndLoginAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Every_field_with_every_wrong_value_is_refused_with_a_code()
    {
        foreach (var route in Routes)
            foreach (var field in route.Valid.Keys)
                foreach (var wrong in WrongValues)
                {
                    var body = Body(route.Valid.Select(pair => (pair.Key, pair.Key == field ? wrong : pair.Value)));
                    await AssertRefusedAsync(route, Json(body), $"{field} = {wrong[..Math.Min(40, wrong.Length)]}");
                }
    }

    [Fact]
    public async Task Every_missing_or_null_field_that_a_route_needs_is_named()
    {
        (string Path, string[] Required)[] needs =
        [
            ("/register", ["password"]), ("/login", ["password"]), ("/password/change", ["current_password", "new_password"]),
            ("/login/mfa", ["mfa_token", "method"]), ("/login/mfa/totp", ["mfa_token"]), ("/mfa/totp/confirm", ["code"]),
            ("/password/forgot", ["email"]), ("/password/reset", ["token", "new_password"]), ("/email/resend", ["email"]),
            ("/email/change", ["new_email"]), ("/username/change", ["username"]), ("/email/change/undo", ["token"]), ("/login/code/request", ["email"]),
            ("/me/restore", ["token"]), ("/login/restore", ["mfa_token"]),
            ("/login/code", ["email", "code"]), ("/login/link", ["token"]),
            ("/invitations/accept", ["token", "password"]), ("/terms/accept", ["version"]),
            ("/password/forgot", ["email"]), ("/password/reset", ["token", "new_password"]),
            ("/passkeys", ["ceremony"]), ("/login/passkey", ["ceremony"]), ("/login/mfa/options", ["mfa_token"]),
            ("/login/external/start", ["provider"]), ("/login/external", ["ceremony"]), ("/external-logins", ["ceremony"]),
        ];
        foreach (var (path, required) in needs)
            foreach (var field in required)
            {
                var route = Routes.Single(route => route.Path == path);
                var missing = await SendAsync(route, Json(Body(route.Valid.Where(pair => pair.Key != field).Select(pair => (pair.Key, pair.Value)))));
                var problem = await ProblemAnswer.ReadAsync(missing);
                Assert.Equal("invalid_request", problem.Code);
                Assert.Equal($"The member '{field}' is missing.", problem.Detail);

                var isNull = await SendAsync(route, Json(Body(route.Valid.Select(pair => (pair.Key, pair.Key == field ? "null" : pair.Value)))));
                Assert.Equal($"The member '{field}' must be a string.", (await ProblemAnswer.ReadAsync(isNull)).Detail);
            }
    }

    [Fact]
    public async Task Duplicate_unknown_and_misspelt_members_are_refused_and_named()
    {
        foreach (var route in Routes)
        {
            var members = route.Valid.Select(pair => (pair.Key, pair.Value)).ToList();
            var (name, value) = members[0];
            Assert.Equal($"The member '{name}' is given twice.", await DetailAsync(route, Body([.. members, (name, value)])));
            Assert.Equal("The member 'extra' is not allowed here.", await DetailAsync(route, Body([.. members, ("extra", "1")])));
            Assert.Equal(
                $"The member '{name.ToUpperInvariant()}' is not allowed here.",
                await DetailAsync(route, Body([(name.ToUpperInvariant(), value), .. members.Skip(1)])));
        }
    }

    [Theory]
    [InlineData("/login", "[]", "The body must be a JSON object.")]
    [InlineData("/login", "{\"password\":7}", "The member 'password' must be a string.")]
    [InlineData("/login", "{\"password\":true}", "The member 'password' must be a string.")]
    [InlineData("/login", "{\"password\":{}}", "The member 'password' must be a string.")]
    [InlineData("/login", "{\"remember\":\"no\"}", "The member 'remember' must be true or false.")]
    [InlineData("/login", "{\"remember\":7}", "The member 'remember' must be true or false.")]
    [InlineData("/login/passkey", "{\"credential\":\"no\"}", "The member 'credential' must be an object.")]
    [InlineData("/login/passkey", "{\"credential\":[]}", "The member 'credential' must be an object.")]
    [InlineData("/login", "{\"a23456789b123456789c123456789d123456789\":7}", "The member 'a23456789b123456789c123456789d123456789' is not allowed here.")]
    [InlineData("/login", "{\"a23456789b123456789c123456789d1234567890\":7}", "The member 'a23456789b123456789c123456789d1234567890' is not allowed here.")]
    [InlineData("/login", "{\"a23456789b123456789c123456789d123456789012\":7}", "The member 'a23456789b123456789c123456789d1234567890…' is not allowed here.")]
    public async Task A_member_of_another_kind_is_named_with_what_it_must_be(string path, string body, string detail) =>
        Assert.Equal(detail, await DetailAsync(Routes.Single(route => route.Path == path), body));

    [Fact]
    public async Task A_body_of_exactly_64_KiB_is_read()
    {
        var route = Routes.Single(route => route.Path == "/login");
        var body = Body(route.Valid.Select(pair => (pair.Key, pair.Value))).PadRight(JsonBody.MaxLength);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(route, Json(body))).StatusCode);
    }

    public static readonly TheoryData<string> BrokenBodies =
    [
        "{", "[]", "\"text\"", "null", "nul", "1", "{\"email\":", "{}{}", "{} trailing", "{'email':'x'}", "{\"a\":1,}",
        "/* comment */ {}", "\ufeff", new string('[', 5_000), "{\"a\":" + new string('[', 5_000),
    ];

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task A_body_that_is_not_a_json_object_is_refused(string body)
    {
        foreach (var route in Routes)
            Assert.Equal("invalid_request", (await ProblemAnswer.ReadAsync(await SendAsync(route, Json(body)))).Code);
    }

    [Fact]
    public async Task Text_after_the_object_is_refused()
    {
        foreach (var route in Routes)
        {
            var body = Body(route.Valid.Select(pair => (pair.Key, pair.Value)));
            foreach (var rest in new[] { "{}", "x", body })
                Assert.Equal("The body is not valid JSON.", await DetailAsync(route, body + rest));
        }
    }

    [Fact]
    public async Task Wrong_encodings_are_refused()
    {
        foreach (var route in Routes)
        {
            var body = Body(route.Valid.Select(pair => (pair.Key, pair.Value)));
            await AssertRefusedAsync(route, Bytes(Encoding.Unicode.GetBytes(body)), "UTF-16");
            await AssertRefusedAsync(route, Bytes([.. Encoding.UTF8.GetBytes("{\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\":1}")]), "bad UTF-8");
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/jsonx")]
    public async Task Another_media_type_is_refused(string type)
    {
        foreach (var route in Routes)
        {
            var content = Bytes("{}"u8.ToArray());
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
            Assert.Equal("unsupported_media_type", (await ProblemAnswer.ReadAsync(await SendAsync(route, content))).Code);
        }
    }

    [Fact]
    public async Task A_body_over_64_KiB_is_refused_with_and_without_a_length()
    {
        var large = Encoding.UTF8.GetBytes($"{{\"email\":\"{new string('a', JsonBody.MaxLength)}\"}}");
        foreach (var route in Routes)
        {
            Assert.Equal("body_too_large", (await ProblemAnswer.ReadAsync(await SendAsync(route, Bytes(large)))).Code);
            Assert.Equal("body_too_large", (await ProblemAnswer.ReadAsync(await SendAsync(route, Bytes(large), chunked: true))).Code);
        }
    }

    [Theory]
    [InlineData("not-a-guid")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%00")]
    [InlineData("' OR 1=1 --")]
    public async Task A_strange_session_id_is_not_found(string id)
    {
        using var answer = await _app.SendAsync(HttpMethod.Delete, $"/sessions/{Uri.EscapeDataString(id)}", accessToken: _tokens.AccessToken);
        Assert.Equal("session_not_found", (await ProblemAnswer.ReadAsync(answer)).Code);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer a.b.c")]
    [InlineData("bearer hsr_")]
    [InlineData("Bearer hsa_orders_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    public async Task A_strange_authorization_header_is_refused(string header)
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/me"), (HttpMethod.Get, "/revocations"), (HttpMethod.Post, "/oauth/introspect") })
        {
            using var answer = await _app.SendAsync(method, path, change: request => request.Headers.TryAddWithoutValidation("Authorization", header));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            if (path == "/oauth/introspect") await OAuthErrorAnswer.ReadAsync(answer);
            else await ProblemAnswer.ReadAsync(answer);
        }
    }

    [Fact]
    public async Task A_strange_cookie_is_refused()
    {
        foreach (var cookie in new[] { "__Secure-handstamp=", "__Secure-handstamp=%%%", "__Secure-handstamp=hsr_" + new string('A', 4000), "__Secure-handstamp" })
        {
            using var answer = await _app.SendAsync(HttpMethod.Post, "/refresh", change: request => request.Headers.TryAddWithoutValidation("Cookie", cookie));
            await ProblemAnswer.ReadAsync(answer);
            Assert.InRange((int)answer.StatusCode, 400, 401);
        }
    }

    async Task AssertRefusedAsync(Route route, HttpContent content, string fault)
    {
        using var answer = await SendAsync(route, content);
        Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{route.Method} {route.Path} with {fault}: {answer.StatusCode}");
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Contains(Problems.All, known => known.Code == problem.Code && known.Status == problem.Status);
    }

    async Task<string?> DetailAsync(Route route, string body)
    {
        using var answer = await SendAsync(route, Json(body));
        var problem = await ProblemAnswer.ReadAsync(answer);
        Assert.Equal("invalid_request", problem.Code);
        return problem.Detail;
    }

    async Task<HttpResponseMessage> SendAsync(Route route, HttpContent content, bool chunked = false) =>
        await _app.SendAsync(route.Method, route.Path, accessToken: route.NeedsCaller ? _tokens.AccessToken : null, change: request =>
        {
            request.Content = content;
            if (chunked) request.Headers.TransferEncodingChunked = true;
        });

    static string Body(IEnumerable<(string Name, string Value)> members) =>
        $"{{{string.Join(",", members.Select(member => $"\"{member.Name}\":{member.Value}"))}}}";

    static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    static ByteArrayContent Bytes(byte[] body) => new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
