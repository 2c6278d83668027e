using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handstamp.TestBed;
using Handstamp.TestBed.Postgres;
using Xunit;

namespace Handstamp.Host.Tests.Import;

/// <summary>Second factors and passkeys move with their people.</summary>
public sealed class FactorTests : IDisposable
{
    const string Ada = "ada@example.com";
    const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    static readonly Dictionary<string, string> Domain = new()
    {
        ["HANDSTAMP_Passkeys__RelyingPartyId"] = "example.com",
        ["HANDSTAMP_Passkeys__Origins"] = "https://app.example.com",
    };

    readonly Installation _here = new();
    readonly Installation _there = new();
    readonly Authenticator _authenticator = new() { Origin = "https://app.example.com", RpId = "example.com", Flags = Authenticator.Present | Authenticator.Verified | Authenticator.Synced };

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
    }

    [Fact]
    public async Task After_an_export_and_an_import_a_person_logs_in_with_an_app_a_recovery_code_and_a_passkey_on_SQLite() =>
        await MovesAsync(Domain);

    [Fact]
    public async Task After_an_export_and_an_import_a_person_logs_in_with_an_app_a_recovery_code_and_a_passkey_on_PostgreSQL()
    {
        var server = await PostgresServer.Shared;
        var database = await server.CreateDatabaseAsync();
        try
        {
            await MovesAsync(new(Domain) { ["HANDSTAMP_Storage__Provider"] = "postgres", ["HANDSTAMP_Storage__ConnectionString"] = database });
        }
        finally
        {
            await server.DropDatabaseAsync(database);
        }
    }

    [Fact]
    public async Task An_export_has_no_factor_unless_it_is_asked_for()
    {
        await ImportAsync($$"""{"email":"{{Ada}}","totp":[{"secret":"{{Secret}}"}]}""");

        await AskAsync(_here, Domain, "export", "users", _here.File("out.jsonl"), "--with-password-hashes");

        var text = await File.ReadAllTextAsync(_here.File("out.jsonl"));
        Assert.DoesNotContain("totp", text);
        Assert.DoesNotContain(Secret, text);
    }

    [Fact]
    public async Task A_factor_that_could_not_be_used_is_refused_with_the_reason_and_its_owner_is_not_added()
    {
        const string id = "b6012192-75c2-488e-b76b-bdd487bc7315";
        var key = Key();
        var passkey = $"\"credential_id\":\"AQID\",\"public_key\":\"{key}\"";
        var whole = $"{passkey},\"synced\":true,\"backed_up\":false";
        string[] users =
        [
            """ "totp":[{"secret":"not base 32"}] """,
            """ "totp":[{"secret":"JBSWY3DP"}] """,
            $$""" "totp":[{"secret":"{{Secret}}","algorithm":"SHA256"}] """,
            $$""" "totp":[{"secret":"{{Secret}}","digits":8}] """,
            $$""" "totp":[{"secret":"{{Secret}}","period":60}] """,
            $$""" "totp":[{"secret":"{{Secret}}","name":""}] """,
            """ "totp":[null] """,
            """ "recovery_codes":["4k7mq-x2t9d"] """,
            $$""" "totp":[{"secret":"{{Secret}}"}],"recovery_codes":["1234-5678"] """,
            $$""" "totp":[{"secret":"{{Secret}}"}],"recovery_codes":["$sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] """,
            $$""" "passkeys":[{{{whole}}}] """,
            $$""" "id":"{{id}}","passkeys":[{{{passkey}}}] """,
            $$""" "id":"{{id}}","passkeys":[{{{whole.Replace(key, "AQID", StringComparison.Ordinal)}}}] """,
            $$""" "id":"{{id}}","passkeys":[{{{whole}},"rp_id":"elsewhere.example"}] """,
            $$""" "id":"{{id}}","passkeys":[{{{whole}},"user_handle":"AQID"}] """,
            $$""" "id":"{{id}}","passkeys":[{{{whole}}},{{{whole}}}] """,
            $$""" "id":"{{id}}","passkeys":[{{{whole}}}] """,
            $$""" "id":"b6012192-75c2-488e-b76b-bdd487bc7316","passkeys":[{{{whole}}}] """,
        ];
        var file = _here.Write("users.jsonl", string.Join('\n', users.Select((user, index) => $"{{\"email\":\"user{index + 1}@example.com\",{user.Trim()}}}")));

        var result = await _here.RunAsync(new CommandCall(["import", "users", file, "--json"], Environment: Domain));

        var report = JsonElement.Parse(result.Output);
        Assert.Equal(
            "1 invalid_totp, 2 invalid_totp, 3 invalid_totp, 4 invalid_totp, 5 invalid_totp, 6 invalid_totp, 7 invalid_totp, 8 invalid_recovery_codes, "
            + "9 invalid_recovery_codes, 10 invalid_recovery_codes, 11 invalid_passkey, 12 invalid_passkey, 13 invalid_passkey, 14 invalid_passkey, "
            + "15 invalid_passkey, 16 invalid_passkey, 18 passkey_taken",
            string.Join(", ", report.GetProperty("refusals").EnumerateArray().Select(one => $"{one.GetProperty("line").GetInt64()} {one.GetProperty("code").GetString()}")));
        Assert.Equal(1, report.GetProperty("added").GetInt32());
        Assert.DoesNotContain(Secret, result.Output);
        Assert.DoesNotContain("1234-5678", result.Output);
    }

    [Fact]
    public async Task Apps_and_recovery_codes_come_along_from_Keycloak()
    {
        var (hash, other) = (HashOf("ABCD1234WXYZ"), HashOf("ABCD1234WXY9"));
        var user = new JsonObject
        {
            ["id"] = "b6012192-75c2-488e-b76b-bdd487bc7315",
            ["email"] = Ada,
            ["credentials"] = new JsonArray(
                Credential("otp", """{"value":"ABCDEFGHIJKLMNOPQRST"}""", """{"subType":"totp","digits":6,"counter":0,"period":30,"algorithm":"HmacSHA1"}"""),
                Credential("recovery-authn-codes", $$"""{"codes":[{"number":1,"encodedHashedValue":"{{hash}}"},{"number":2,"encodedHashedValue":"{{other}}"}]}""", """{"algorithm":"RS512","totalCodes":12,"remainingCodes":2}""")),
        };
        var hotp = new JsonObject
        {
            ["email"] = "bob@example.com",
            ["credentials"] = new JsonArray(Credential("otp", """{"value":"ABCDEFGHIJKLMNOPQRST"}""", """{"subType":"hotp","digits":6,"algorithm":"HmacSHA1"}""")),
        };
        var key = new JsonObject
        {
            ["id"] = "b6012192-75c2-488e-b76b-bdd487bc7316",
            ["email"] = "carol@example.com",
            ["credentials"] = new JsonArray(Credential("webauthn", "{}", $$"""{"credentialId":"AQID","credentialPublicKey":"{{Key()}}","counter":0}""")),
        };
        var file = _here.Write("shop.json", new JsonObject { ["users"] = new JsonArray(user, hotp, key) }.ToJsonString());

        var result = await _here.RunAsync(new CommandCall(["import", "users", file, "--from", "keycloak", "--json"], Environment: Domain));

        Assert.Equal("invalid_line invalid_passkey", string.Join(' ', JsonElement.Parse(result.Output).GetProperty("refusals").EnumerateArray().Select(one => one.GetProperty("code").GetString())));
        await AskAsync(_here, Domain, "user", "set-password", Ada, "--password", "-");
        await using var service = await _here.ServeAsync(new CommandCall([], Environment: Domain));
        using var http = new HttpClient { BaseAddress = service.Address };
        // The bytes of the text are the key, as Keycloak shows them to apps in base 32.
        await LoginAsync(http, "totp", AuthenticatorApp.CodeOf("IFBEGRCFIZDUQSKKJNGE2TSPKBIVEU2U"));
        await LoginAsync(http, "recovery_code", "abcd-1234-wxyz");
        Assert.Equal("mfa_code_invalid", await RefusedAsync(http, "recovery_code", "abcd-1234-wxyz"));

        static string HashOf(string code) => Convert.ToBase64String(SHA512.HashData(Encoding.ASCII.GetBytes(code)));
    }

    [Fact]
    public async Task Apps_recovery_codes_and_passkeys_come_along_from_Identity()
    {
        const string id = "9c5e25be-93cf-4459-8bae-bc18fdb0f7d5";
        var made = _authenticator.Create(Options(id));
        var data = new JsonObject
        {
            ["PublicKey"] = KeyOf(made, '+'),
            ["SignCount"] = 0,
            ["IsBackupEligible"] = true,
            ["IsBackedUp"] = false,
            ["Name"] = "Phone",
            ["Transports"] = new JsonArray("internal"),
        };
        var user = new JsonObject
        {
            ["Id"] = id,
            ["Email"] = Ada,
            ["TwoFactorEnabled"] = true,
            ["AuthenticatorKey"] = Secret,
            ["RecoveryCodes"] = "BCDFG-HJKMN;PQRTV-WXY23",
            ["Passkeys"] = new JsonArray(new JsonObject { ["CredentialId"] = Convert.ToBase64String(_authenticator.CredentialId), ["Data"] = data }),
        };
        await AskAsync(_here, Domain, "import", "users", _here.Write("users.jsonl", user.ToJsonString()), "--from", "aspnet-identity");
        await AskAsync(_here, Domain, "user", "set-password", Ada, "--password", "-");

        await using var service = await _here.ServeAsync(new CommandCall([], Environment: Domain));
        using var http = new HttpClient { BaseAddress = service.Address };
        await LoginAsync(http, "totp", AuthenticatorApp.CodeOf(Secret));
        await LoginAsync(http, "recovery_code", "bcdfg-hjkmn");
        await LoginWithPasskeyAsync(http);
    }

    [Fact]
    public async Task The_key_of_an_app_that_was_never_confirmed_in_Identity_stays_behind()
    {
        var user = $$"""{"Id":"9c5e25be-93cf-4459-8bae-bc18fdb0f7d5","Email":"{{Ada}}","TwoFactorEnabled":false,"AuthenticatorKey":"{{Secret}}"}""";
        await AskAsync(_here, Domain, "import", "users", _here.Write("users.jsonl", user), "--from", "aspnet-identity");

        Assert.Empty((await _here.AskAsync("user", "factors", Ada)).GetProperty("factors").EnumerateArray());
    }

    async Task MovesAsync(Dictionary<string, string> there)
    {
        string[] codes;
        await _here.AddAccountAsync(Ada);
        await using (var service = await _here.ServeAsync(new CommandCall([], Environment: Domain)))
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            codes = await EnrolAsync(http);
        }
        await AskAsync(_here, Domain, "export", "users", _here.File("first.jsonl"), "--with-password-hashes", "--with-second-factors");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_here.File("first.jsonl")));
        Assert.DoesNotContain(codes[0].Replace("-", "", StringComparison.Ordinal), await File.ReadAllTextAsync(_here.File("first.jsonl")));

        Assert.Equal(1, (await AskAsync(_there, there, "import", "users", _here.File("first.jsonl"))).GetProperty("added").GetInt32());
        await AskAsync(_there, there, "export", "users", _there.File("second.jsonl"), "--with-password-hashes", "--with-second-factors");

        Assert.Equal(await File.ReadAllLinesAsync(_here.File("first.jsonl")), await File.ReadAllLinesAsync(_there.File("second.jsonl")));
        var secret = JsonElement.Parse((await File.ReadAllLinesAsync(_here.File("first.jsonl")))[0]).GetProperty("totp")[0].GetProperty("secret").GetString()!;
        await using (var service = await _there.ServeAsync(new CommandCall([], Environment: there)))
        {
            using var http = new HttpClient { BaseAddress = service.Address };
            await LoginAsync(http, "totp", AuthenticatorApp.CodeOf(secret));
            await LoginAsync(http, "recovery_code", codes[0]);
            Assert.Equal("mfa_code_invalid", await RefusedAsync(http, "recovery_code", codes[0]));
            await LoginWithPasskeyAsync(http);
        }
    }

    /// <summary>An app, a passkey and recovery codes.</summary>
    async Task<string[]> EnrolAsync(HttpClient http)
    {
        var login = await OkAsync(http, "/login", new { email = Ada, password = HandstampClient.Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.GetProperty("access_token").GetString());
        var secret = (await OkAsync(http, "/mfa/totp", new { })).GetProperty("secret").GetString()!;
        var confirmed = await OkAsync(http, "/mfa/totp/confirm", new { code = AuthenticatorApp.CodeOf(secret), name = "Telephone" });
        var begun = await OkAsync(http, "/passkeys/options", new { });
        await OkAsync(http, "/passkeys", new
        {
            ceremony = begun.GetProperty("ceremony").GetString(),
            credential = _authenticator.Create(begun.GetProperty("options")),
            name = "Phone",
        });
        http.DefaultRequestHeaders.Authorization = null;
        return [.. confirmed.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)];
    }

    static async Task LoginAsync(HttpClient http, string method, string code) =>
        Assert.True((await OkAsync(http, "/login/mfa", new { mfa_token = await BeginAsync(http), method, code })).TryGetProperty("access_token", out _));

    static async Task<string?> RefusedAsync(HttpClient http, string method, string code) =>
        (await PostAsync(http, "/login/mfa", new { mfa_token = await BeginAsync(http), method, code })).Body.GetProperty("code").GetString();

    static async Task<string> BeginAsync(HttpClient http) =>
        (await PostAsync(http, "/login", new { email = Ada, password = HandstampClient.Password })).Body.GetProperty("mfa_token").GetString()!;

    async Task LoginWithPasskeyAsync(HttpClient http)
    {
        var begun = await OkAsync(http, "/login/passkey/options", new { });
        var credential = _authenticator.Get(begun.GetProperty("options"));
        await OkAsync(http, "/login/passkey", new { ceremony = begun.GetProperty("ceremony").GetString(), credential });
    }

    static async Task<JsonElement> OkAsync(HttpClient http, string route, object body)
    {
        var (isRight, answer) = await PostAsync(http, route, body);
        Assert.True(isRight, answer.GetRawText());
        return answer;
    }

    static async Task<(bool IsRight, JsonElement Body)> PostAsync(HttpClient http, string route, object body)
    {
        using var answer = await http.PostAsJsonAsync(route, body);
        return (answer.IsSuccessStatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }

    async Task ImportAsync(string users) => await AskAsync(_here, Domain, "import", "users", _here.Write("users.jsonl", users));

    static Task<JsonElement> AskAsync(Installation installation, Dictionary<string, string> environment, params string[] arguments) =>
        installation.AskAsync(new CommandCall(arguments, Input: HandstampClient.Password + "\n", Environment: environment));

    static JsonObject Credential(string type, string secret, string data) => new()
    {
        ["type"] = type,
        ["createdDate"] = 1699281486748,
        ["secretData"] = secret,
        ["credentialData"] = data,
    };

    static string Key() => KeyOf(new Authenticator().Create(Options("b6012192-75c2-488e-b76b-bdd487bc7315")), '-');

    static JsonElement Options(string userId) =>
        JsonElement.Parse(
        $$$"""{"challenge":"AQID","user":{"id":"{{{Authenticator.Encode(Encoding.UTF8.GetBytes(userId))}}}"}}""");

    // It is last in the authenticator data, and that is last in the attestation object: 77 bytes for a point of P-256.
    static string KeyOf(JsonObject created, char plus)
    {
        var attestation = System.Buffers.Text.Base64Url.DecodeFromChars(created["response"]!["attestationObject"]!.GetValue<string>());
        var key = attestation.AsSpan(^77..);
        return plus == '+' ? Convert.ToBase64String(key) : Authenticator.Encode(key);
    }
}
