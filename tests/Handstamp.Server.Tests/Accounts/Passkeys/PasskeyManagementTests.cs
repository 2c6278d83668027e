using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Audit;
using Handstamp.TestBed;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

public sealed class PasskeyManagementTests : PasskeyTests
{
    [Fact]
    public async Task A_passkey_is_added_listed_named_and_removed()
    {
        var added = await AddedAsync(new Authenticator(), name: "Phone");
        var id = added.GetProperty("id").GetGuid();

        var listed = Assert.Single(await PasskeysAsync());
        Assert.Equal(added.ToString(), listed.ToString());
        Assert.Equal("Phone", listed.GetProperty("name").GetString());
        Assert.False(listed.GetProperty("synced").GetBoolean());
        Assert.Equal(new Guid("00112233-4455-6677-8899-aabbccddeeff"), listed.GetProperty("aaguid").GetGuid());
        Assert.Equal(["internal", "hybrid"], listed.GetProperty("transports").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(App.Clock.GetUtcNow(), listed.GetProperty("created_at").GetDateTimeOffset());

        foreach (var name in new[] { "Key ring", null })
        {
            AssertIs(HttpStatusCode.NoContent, await App.SendAsync(HttpMethod.Patch, $"/passkeys/{id}", new { name }, Ada.AccessToken));
            Assert.Equal(name, (await PasskeysAsync())[0].GetProperty("name").GetString());
        }

        AssertIs(HttpStatusCode.NoContent, await App.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: Ada.AccessToken));
        Assert.Empty(await PasskeysAsync());
        Assert.Equal(
            [EventKind.PasskeyAdded, EventKind.PasskeyRenamed, EventKind.PasskeyRenamed, EventKind.PasskeyRemoved],
            (await TrailAsync(EventKind.PasskeyAdded, EventKind.PasskeyRenamed, EventKind.PasskeyRemoved)).Select(one => one.Kind));
    }

    [Fact]
    public async Task The_options_are_those_of_a_discoverable_passkey_that_verifies_its_user()
    {
        var known = new Authenticator();
        await AddedAsync(known);

        var (_, options) = await BeginAddingAsync();

        Assert.Equal("auth.example.com", options.GetProperty("rp").GetProperty("id").GetString());
        var selection = options.GetProperty("authenticatorSelection");
        Assert.Equal("required", selection.GetProperty("residentKey").GetString());
        Assert.Equal("required", selection.GetProperty("userVerification").GetString());
        Assert.Equal("none", options.GetProperty("attestation").GetString());
        Assert.Equal([-7, -257], options.GetProperty("pubKeyCredParams").EnumerateArray().Select(one => one.GetProperty("alg").GetInt32()));
        Assert.Equal(32, Base64Url.DecodeFromChars(options.GetProperty("challenge").GetString()).Length);
        var excluded = Assert.Single(options.GetProperty("excludeCredentials").EnumerateArray());
        Assert.Equal(Authenticator.Encode(known.CredentialId), excluded.GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_user_handle_is_not_the_address()
    {
        var (_, options) = await BeginAddingAsync();

        var handle = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString()));

        Assert.True(Guid.TryParse(handle, out _));
        Assert.Equal(HandstampApp.Email, options.GetProperty("user").GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_list_has_what_a_browser_needs_to_forget_passkeys_that_were_removed()
    {
        var (first, second) = (new Authenticator(), new Authenticator());
        await AddedAsync(first);
        App.Jump(TimeSpan.FromSeconds(1));
        await AddedAsync(second);

        var signal = (await ListAsync()).GetProperty("signal");

        Assert.Equal("auth.example.com", signal.GetProperty("rpId").GetString());
        Assert.Equal(Authenticator.Encode(first.UserHandle), signal.GetProperty("userId").GetString());
        Assert.Equal(
            [Authenticator.Encode(first.CredentialId), Authenticator.Encode(second.CredentialId)],
            signal.GetProperty("allAcceptedCredentialIds").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task A_ceremony_adds_one_passkey()
    {
        var (ceremony, options) = await BeginAddingAsync();
        AssertIs(HttpStatusCode.Created, await AddAsync(ceremony, new Authenticator().Create(options)));

        var problem = await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options)));

        Assert.Equal("passkey_ceremony_invalid", problem.Code);
        Assert.Single(await PasskeysAsync());
    }

    [Fact]
    public async Task A_ceremony_ends_after_five_minutes()
    {
        var (late, options) = await BeginAddingAsync();
        App.Jump(TimeSpan.FromMinutes(5));

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(AddAsync(late, new Authenticator().Create(options)))).Code);
    }

    [Fact]
    public async Task A_ceremony_of_one_account_adds_nothing_to_another()
    {
        var eve = await EveAsync();
        var (ceremony, options) = await BeginAddingAsync();

        Assert.Equal("passkey_ceremony_invalid", (await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options), caller: eve))).Code);
    }

    [Fact]
    public async Task A_passkey_belongs_to_one_account()
    {
        var authenticator = new Authenticator();
        await AddedAsync(authenticator);
        var eve = await EveAsync();
        var (ceremony, options) = await BeginAddingAsync(eve);

        Assert.Equal("passkey_exists", (await ProblemAsync(AddAsync(ceremony, authenticator.Create(options), caller: eve))).Code);
        Assert.Empty(await PasskeysAsync(eve));
    }

    [Fact]
    public async Task An_account_has_at_most_twenty()
    {
        var (ceremony, options) = await BeginAddingAsync();
        for (var i = 0; i < 20; i++) await AddedAsync(new Authenticator());

        Assert.Equal("too_many_passkeys", (await ProblemAsync(App.PostAsync("/passkeys/options", new { }, Ada.AccessToken))).Code);
        Assert.Equal("too_many_passkeys", (await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options)))).Code);
    }

    [Theory]
    [InlineData("origin")]
    [InlineData("a frame")]
    [InlineData("domain")]
    [InlineData("challenge")]
    [InlineData("type")]
    [InlineData("not present")]
    [InlineData("not verified")]
    [InlineData("backed up but not synced")]
    [InlineData("algorithm")]
    [InlineData("algorithm of another curve")]
    [InlineData("key of another kind")]
    [InlineData("large key")]
    [InlineData("id is too long")]
    [InlineData("no attestation")]
    [InlineData("deep attestation")]
    public async Task What_does_not_fit_the_ceremony_is_refused(string fault)
    {
        var is384 = fault is "key of another kind" or "algorithm of another curve";
        var authenticator = new Authenticator(rsa: fault == "large key" ? 2048 : 0, curve: is384 ? ECCurve.NamedCurves.nistP384 : null);
        Break(authenticator, fault);
        var (ceremony, options) = await BeginAddingAsync();

        var problem = await ProblemAsync(AddAsync(ceremony, authenticator.Create(options)));

        Assert.Equal((400, "invalid_request"), (problem.Status, problem.Code));
        Assert.Empty(await PasskeysAsync());
    }

    [Fact]
    public async Task A_key_of_RSA_is_taken_too()
    {
        var authenticator = new Authenticator(rsa: 4096);
        await AddedAsync(authenticator);

        await LoggedInAsync(authenticator);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("""{"id":"AA","type":"public-key","response":{"clientDataJSON":"%%","attestationObject":"AA"}}""")]
    [InlineData("""{"id":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}""")]
    [InlineData("""{"id":"AA","type":"public-key","response":{"clientDataJSON":1,"attestationObject":"AA"}}""")]
    [InlineData("""{"id":"AA","type":"public-key","response":[]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"type":"public-key","response":{"\ud800":1}}""")]
    [InlineData("""{"id":"\ud800","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}""")]
    public async Task What_no_browser_returns_is_refused(string credential)
    {
        var (ceremony, _) = await BeginAddingAsync();

        var problem = await ProblemAsync(App.SendAsync(HttpMethod.Post, "/passkeys", accessToken: Ada.AccessToken, change: request =>
            request.Content = new StringContent($$"""{"ceremony":"{{ceremony}}","credential":{{credential}}}""", Encoding.UTF8, "application/json")));

        Assert.Equal("invalid_request", problem.Code);
    }

    [Fact]
    public async Task To_add_or_remove_one_the_login_must_be_recent()
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();
        App.Jump(TimeSpan.FromMinutes(11));
        var old = await App.RefreshedAsync(Ada.RefreshToken!);

        Assert.Equal("insufficient_user_authentication", (await ProblemAsync(App.PostAsync("/passkeys/options", new { }, old.AccessToken))).Code);
        Assert.Equal(
            "insufficient_user_authentication",
            (await ProblemAsync(App.SendAsync(HttpMethod.Delete, $"/passkeys/{id}", accessToken: old.AccessToken))).Code);
        Assert.Single(await PasskeysAsync(old));
    }

    [Fact]
    public async Task Somebody_elses_passkey_is_not_found()
    {
        var id = (await AddedAsync(new Authenticator(), name: "Hers")).GetProperty("id").GetGuid();
        var eve = await EveAsync();

        foreach (var path in new[] { $"/passkeys/{id}", "/passkeys/nonsense" })
        {
            Assert.Equal("passkey_not_found", (await ProblemAsync(App.SendAsync(HttpMethod.Delete, path, accessToken: eve.AccessToken))).Code);
            Assert.Equal("passkey_not_found", (await ProblemAsync(App.SendAsync(HttpMethod.Patch, path, new { name = "x" }, eve.AccessToken))).Code);
        }
        Assert.Equal("Hers", Assert.Single(await PasskeysAsync()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\u0007b")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task A_name_is_short_and_visible(string name)
    {
        var id = (await AddedAsync(new Authenticator())).GetProperty("id").GetGuid();
        var (ceremony, options) = await BeginAddingAsync();

        Assert.Equal("invalid_request", (await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options), name))).Code);
        Assert.Equal(
            "invalid_request", (await ProblemAsync(App.SendAsync(HttpMethod.Patch, $"/passkeys/{id}", new { name }, Ada.AccessToken))).Code);
    }

    [Fact]
    public async Task A_password_that_was_changed_meanwhile_ends_the_ceremony()
    {
        var (ceremony, options) = await BeginAddingAsync();
        using var changed = await App.PostAsync(
            "/password/change", new { current_password = HandstampApp.Password, new_password = "another unusual sentence" }, Ada.AccessToken);
        var fresh = await TokenSet.ReadAsync(changed);

        Assert.Equal("account_changed", (await ProblemAsync(AddAsync(ceremony, new Authenticator().Create(options), caller: fresh))).Code);
    }

    [Fact]
    public async Task The_passkeys_of_an_account_go_with_it()
    {
        var authenticator = new Authenticator();
        await AddedAsync(authenticator);
        var account = await App.Get<AccountOperations>().FindAsync(HandstampApp.Email, default);
        await App.Get<AccountOperations>().DeleteAsync(account!, Origin.System);

        Assert.Equal("passkey_unknown", (await ProblemAsync(LoginAsync(authenticator))).Code);
    }

    static void Break(Authenticator authenticator, string fault)
    {
        switch (fault)
        {
            case "origin": authenticator.Origin = "https://auth.example.com.evil.example"; break;
            case "a frame": authenticator.CrossOrigin = true; break;
            case "domain": authenticator.RpId = "example.com"; break;
            case "challenge": authenticator.Challenge = Authenticator.Encode(new byte[32]); break;
            case "type": authenticator.Type = "webauthn.get"; break;
            case "not present": authenticator.Flags = Authenticator.Verified; break;
            case "not verified": authenticator.Flags = Authenticator.Present; break;
            case "backed up but not synced": authenticator.Flags |= Authenticator.BackedUp; break;
            case "algorithm": authenticator.Algorithm = -257; break;
            case "algorithm of another curve": authenticator.Algorithm = -7; break;
            case "key of another kind": break;
            case "large key": authenticator.Modulus = RandomNumberGenerator.GetBytes(5120 / 8); break;
            case "id is too long": authenticator.CredentialId = new byte[1024]; break;
            case "no attestation": authenticator.AttestationObject = []; break;
            case "deep attestation": authenticator.AttestationObject = [.. Enumerable.Repeat((byte)0x81, 20_000)]; break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not known.");
        }
    }
}
