using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>Logging in with a passkey alone.</summary>
public sealed class PasskeyLoginTests : PasskeyTests
{
    internal override Dictionary<string, string?> Settings => new() { ["Accounts:Throttle:AccountLogins"] = "12" };

    readonly Authenticator _authenticator = new();

    [Theory]
    [InlineData(false, "hwk")]
    [InlineData(true, "swk")]
    public async Task It_begins_a_session_that_says_how(bool synced, string method)
    {
        if (synced) _authenticator.Flags |= Authenticator.Synced;
        await AddedAsync(_authenticator);
        App.Jump(TimeSpan.FromMinutes(1));

        var tokens = await LoggedInAsync(_authenticator);

        Assert.Equal([method, "user"], MethodsIn(tokens));
        await App.RefreshedAsync(tokens.RefreshToken!);
        Assert.Equal(App.Clock.GetUtcNow(), Assert.Single(await PasskeysAsync()).GetProperty("last_used_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_options_name_no_passkey_and_require_that_the_user_is_verified()
    {
        await AddedAsync(_authenticator);

        var (_, options) = await BeginLoginAsync();

        Assert.Empty(options.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal("required", options.GetProperty("userVerification").GetString());
        Assert.Equal("auth.example.com", options.GetProperty("rpId").GetString());
    }

    [Fact]
    public async Task It_takes_what_the_login_takes()
    {
        await AddedAsync(_authenticator);
        var (ceremony, options) = await BeginLoginAsync();
        using var answer = await App.PostAsync(
            "/login/passkey", new { ceremony, credential = _authenticator.Get(options), transport = "cookie", device_name = "Phone" });

        var tokens = await TokenSet.ReadAsync(answer);

        Assert.Null(tokens.RefreshToken);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Secure-handstamp=", StringComparison.Ordinal));
        Assert.Contains("\"Phone\"", await (await App.SendAsync(HttpMethod.Get, "/sessions", accessToken: tokens.AccessToken)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var (again, more) = await BeginLoginAsync();
        Assert.Equal("invalid_target", (await ProblemAsync(App.PostAsync(
            "/login/passkey", new { ceremony = again, credential = _authenticator.Get(more), resource = "https://elsewhere.example" }))).Code);
    }

    [Theory]
    [InlineData("origin")]
    [InlineData("plain origin")]
    [InlineData("a frame")]
    [InlineData("domain")]
    [InlineData("challenge")]
    [InlineData("type")]
    [InlineData("not present")]
    [InlineData("not verified")]
    [InlineData("synced now")]
    [InlineData("signature")]
    [InlineData("empty signature")]
    [InlineData("no user")]
    [InlineData("another user")]
    public async Task A_proof_with_one_thing_wrong_is_refused(string fault)
    {
        await AddedAsync(_authenticator);
        await EveAsync();
        Break(_authenticator, fault, await App.Get<AccountOperations>().FindAsync("eve@example.com", default));

        var problem = await ProblemAsync(LoginAsync(_authenticator));

        Assert.Equal((401, "passkey_invalid", false), (problem.Status, problem.Code, problem.Definitive));
        var refused = Assert.Single(await TrailAsync(EventKind.LoginRefused));
        Assert.Equal("passkey_invalid", refused.Outcome);
        Assert.NotNull(refused.AccountId);
    }

    [Fact]
    public async Task A_proof_is_good_once()
    {
        await AddedAsync(_authenticator);
        var (ceremony, options) = await BeginLoginAsync();
        var credential = _authenticator.Get(options);
        AssertIs(HttpStatusCode.OK, await LoginAsync(ceremony, credential.DeepClone().AsObject()));

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(LoginAsync(ceremony, credential.DeepClone().AsObject()))).Code);
        // A new proof of the same passkey for the same challenge is no better.
        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(LoginAsync(ceremony, _authenticator.Get(options)))).Code);
    }

    [Fact]
    public async Task Of_many_that_send_the_same_proof_one_logs_in()
    {
        await AddedAsync(_authenticator);
        var (ceremony, options) = await BeginLoginAsync();
        var credential = _authenticator.Get(options);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => LoginAsync(ceremony, credential.DeepClone().AsObject()))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_ticket_is_the_services_own_and_lasts_five_minutes()
    {
        await AddedAsync(_authenticator);
        var (ceremony, options) = await BeginLoginAsync();
        var (other, _) = await BeginLoginAsync();

        foreach (var forged in new[] { "", "nonsense", ceremony + "A", ceremony[..^2] + "AA", new string('A', 100), new string('A', 10_000) })
            Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(LoginAsync(forged, _authenticator.Get(options)))).Code);
        Assert.Equal("passkey_invalid", (await ProblemAsync(LoginAsync(other, _authenticator.Get(options)))).Code);
        App.Jump(TimeSpan.FromMinutes(5));
        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(LoginAsync(ceremony, _authenticator.Get(options)))).Code);
    }

    [Fact]
    public async Task A_passkey_that_was_removed_is_unknown()
    {
        var id = (await AddedAsync(_authenticator)).GetProperty("id").GetGuid();
        AssertIs(HttpStatusCode.NoContent, await App.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: Ada.AccessToken));

        var problem = await ProblemAsync(LoginAsync(_authenticator));

        Assert.Equal((401, "passkey_unknown"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task A_counter_that_does_not_go_on_is_refused_and_recorded()
    {
        _authenticator.Count = 7;
        await AddedAsync(_authenticator);
        _authenticator.Count = 8;
        await LoggedInAsync(_authenticator);

        foreach (var count in new uint[] { 8, 3, 0 })
        {
            _authenticator.Count = count;
            Assert.Equal("passkey_invalid", (await ProblemAsync(LoginAsync(_authenticator))).Code);
        }
        _authenticator.Count = 9;
        await LoggedInAsync(_authenticator);

        var sign = Assert.Single(await TrailAsync(EventKind.PasskeyCloneSuspected));
        Assert.Equal(3, sign.Count);
        Assert.NotNull(sign.AccountId);
    }

    [Fact]
    public async Task A_disabled_account_is_told_so_only_with_its_own_passkey()
    {
        await AddedAsync(_authenticator);
        var account = await App.Get<AccountOperations>().FindAsync(HandstampApp.Email, default);
        await App.Get<AccountOperations>().DisableAsync(account!, Origin.System);

        Assert.Equal("account_disabled", (await ProblemAsync(LoginAsync(_authenticator))).Code);
        _authenticator.Signature = [1, 2, 3];
        Assert.Equal("passkey_invalid", (await ProblemAsync(LoginAsync(_authenticator))).Code);
    }

    [Fact]
    public async Task Logins_are_paced()
    {
        await AddedAsync(_authenticator);
        for (var login = 0; login < 12; login++) (await LoginAsync(_authenticator)).Dispose();

        var problem = await ProblemAsync(LoginAsync(_authenticator));

        Assert.Equal("too_many_requests", problem.Code);
        Assert.NotNull(problem.RetryAfter);
    }

    [Fact]
    public async Task What_is_not_the_proof_of_a_browser_is_refused()
    {
        await AddedAsync(_authenticator);
        var (ceremony, options) = await BeginLoginAsync();
        foreach (var broken in (JsonNode?[])[new JsonObject(), new JsonArray(), "text", null, .. Mutations(_authenticator.Get(options))])
            Assert.Contains(
                (await ProblemAsync(App.PostAsync("/login/passkey", new { ceremony, credential = broken }))).Code,
                (string[])["invalid_request", "passkey_invalid", "passkey_unknown"]);
    }

    // Each member once missing, of another type, not base64url, empty, and long.
    static IEnumerable<JsonNode> Mutations(JsonObject valid)
    {
        foreach (var name in (string[])["id", "type", "response", "clientDataJSON", "authenticatorData", "signature", "userHandle"])
            foreach (var wrong in (JsonNode?[])[null, 7, "%%", "", new JsonObject(), new string('A', 40_000)])
            {
                var one = valid.DeepClone().AsObject();
                var parent = one.ContainsKey(name) ? one : one["response"]!.AsObject();
                parent[name] = wrong?.DeepClone();
                yield return one;
                one = valid.DeepClone().AsObject();
                (one.ContainsKey(name) ? one : one["response"]!.AsObject()).Remove(name);
                yield return one;
            }
    }

    static void Break(Authenticator authenticator, string fault, Account? other)
    {
        switch (fault)
        {
            case "origin": authenticator.Origin = "https://evil.example"; break;
            case "plain origin": authenticator.Origin = "http://auth.example.com"; break;
            case "a frame": authenticator.CrossOrigin = true; break;
            case "domain": authenticator.RpId = "evil.example"; break;
            case "challenge": authenticator.Challenge = Authenticator.Encode(new byte[32]); break;
            case "type": authenticator.Type = "webauthn.create"; break;
            case "not present": authenticator.Flags = Authenticator.Verified; break;
            case "not verified": authenticator.Flags = Authenticator.Present; break;
            case "synced now": authenticator.Flags |= Authenticator.Synced; break;
            case "signature": authenticator.Signature = new Authenticator().Sign([1, 2, 3]); break;
            case "empty signature": authenticator.Signature = []; break;
            case "no user": authenticator.UserHandle = null; break;
            case "another user": authenticator.UserHandle = Encoding.UTF8.GetBytes(other!.Id.ToString()); break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not known.");
        }
    }
}
