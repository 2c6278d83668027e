using System.Text;
using System.Text.Json;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Http;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>The two ceremonies without a service around them: nothing is stored.</summary>
public sealed class PasskeyCeremoniesTests
{
    const int Present = Authenticator.Present;
    const int Verified = Authenticator.Verified;
    const int Synced = Authenticator.Synced;
    const int BackedUp = Authenticator.BackedUp;
    const int Asked = Present | Verified;

    static readonly DateTimeOffset Now = TestAccounts.Now;

    readonly Account _ada = TestAccounts.Account();
    readonly Account _eve = TestAccounts.Account(email: "eve@example.com");
    readonly Authenticator _authenticator = new();
    readonly PasskeyCeremonies _ceremonies = new(new RelyingParty(
        Options.Create(new HandstampOptions { Issuer = HandstampApp.Issuer }), Options.Create(new PasskeyOptions())));

    [Theory]
    [InlineData(false, "required")]
    [InlineData(true, "preferred")]
    public async Task The_options_for_a_new_passkey_say_whose_it_is_and_how_it_is_made(bool conditional, string verification)
    {
        var begun = await _ceremonies.BeginCreationAsync(_ada, [TestPasskeys.Of(_ada, 1, 2), TestPasskeys.Of(_ada, 3)], conditional);

        var options = Json(begun.Json);
        Assert.Equal("auth.example.com", options.GetProperty("rp").GetProperty("id").GetString());
        var user = options.GetProperty("user");
        Assert.Equal(Handle(_ada), user.GetProperty("id").GetString());
        Assert.Equal((TestAccounts.Email, TestAccounts.Email), (user.GetProperty("name").GetString(), user.GetProperty("displayName").GetString()));
        Assert.Equal(300_000, options.GetProperty("timeout").GetInt32());
        Assert.Equal("none", options.GetProperty("attestation").GetString());
        var selection = options.GetProperty("authenticatorSelection");
        Assert.Equal(("required", verification), (selection.GetProperty("residentKey").GetString(), selection.GetProperty("userVerification").GetString()));
        AssertLists(options.GetProperty("excludeCredentials"));
    }

    [Fact]
    public async Task The_options_for_any_passkey_name_none_and_those_for_an_account_name_its_own()
    {
        var any = Json((await _ceremonies.BeginAssertionAsync(null, [])).Json);
        var own = Json((await _ceremonies.BeginAssertionAsync(_ada, [TestPasskeys.Of(_ada, 1, 2), TestPasskeys.Of(_ada, 3)])).Json);

        foreach (var options in new[] { any, own })
        {
            Assert.Equal("auth.example.com", options.GetProperty("rpId").GetString());
            Assert.Equal(300_000, options.GetProperty("timeout").GetInt32());
        }
        Assert.NotEqual(any.GetProperty("challenge").GetString(), own.GetProperty("challenge").GetString());
        Assert.Equal("required", any.GetProperty("userVerification").GetString());
        Assert.Equal("preferred", own.GetProperty("userVerification").GetString());
        Assert.Empty(any.GetProperty("allowCredentials").EnumerateArray());
        AssertLists(own.GetProperty("allowCredentials"));
    }

    [Theory]
    [InlineData(Asked, false, false)]
    [InlineData(Asked | Synced, true, false)]
    [InlineData(Asked | Synced | BackedUp, true, true)]
    public async Task A_new_passkey_has_what_the_authenticator_says_of_it(int flags, bool synced, bool backedUp)
    {
        (_authenticator.Flags, _authenticator.Count) = ((byte)flags, 7);

        var passkey = (await MakeAsync())!;

        Assert.Equal(Guid.CreateVersion7(Now).ToByteArray(bigEndian: true)[..6], passkey.Id.ToByteArray(bigEndian: true)[..6]);
        Assert.Equal((_ada.Id, "Phone", Now), (passkey.AccountId, passkey.Name, passkey.CreatedAt));
        Assert.Equal(_authenticator.CredentialId, passkey.CredentialId);
        Assert.True(CoseKey.IsOffered(passkey.PublicKey));
        Assert.Equal((7L, _authenticator.Aaguid), (passkey.SignCount, passkey.Aaguid));
        Assert.Equal((synced, backedUp, true), (passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor));
        Assert.Equal(["internal", "hybrid"], passkey.Transports);
        Assert.Null(passkey.LastUsedAt);
    }

    [Fact]
    public async Task A_passkey_that_was_made_unasked_is_no_second_factor()
    {
        _authenticator.Flags = Synced | BackedUp;

        var passkey = (await MakeAsync(conditional: true))!;

        Assert.Equal((true, true, false), (passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor));
        Assert.Equal(_authenticator.Aaguid, passkey.Aaguid);
        Assert.Equal(["internal", "hybrid"], passkey.Transports);
    }

    [Theory]
    [InlineData(Present, false)]
    [InlineData(Verified, false)]
    [InlineData(Asked, true)]
    public async Task One_that_was_asked_for_needs_a_user_who_is_present_and_verified(int flags, bool isMade)
    {
        _authenticator.Flags = (byte)flags;

        Assert.Equal(isMade, await MakeAsync() is not null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_can_not_be_read_is_no_passkey(bool conditional)
    {
        foreach (var broken in new byte[][] { [], [0xa0], [0x00] })
        {
            _authenticator.AttestationObject = broken;
            Assert.Null(await MakeAsync(conditional));
        }
    }

    [Fact]
    public async Task A_passkey_is_made_for_the_account_with_which_its_ceremony_began() => Assert.Null(await MakeAsync(completedBy: _eve));

    [Fact]
    public async Task A_key_of_RSA_is_made_and_used_too()
    {
        var ceremony = new Ceremony(new Authenticator(rsa: 2048), _ceremonies, _ada);

        var passkey = (await ceremony.MakeAsync())!;

        Assert.NotNull(await ceremony.UseAsync(passkey, null, verifyUser: true));
    }

    [Theory]
    [InlineData(Asked | Synced, true, false, true)]
    [InlineData(Asked | Synced | BackedUp, true, true, true)]
    [InlineData(Asked | Synced, false, false, true)]
    [InlineData(Present | Synced, false, false, false)]
    public async Task A_proof_says_how_often_it_was_used_whether_it_is_backed_up_and_whether_its_user_was_verified(
        int flags, bool verifyUser, bool backedUp, bool verified)
    {
        _authenticator.Flags = Asked | Synced;
        var passkey = (await MakeAsync())!;
        (_authenticator.Flags, _authenticator.Count) = ((byte)flags, 9);

        Assert.Equal(new Assertion(9, backedUp, verified), await UseAsync(passkey, null, verifyUser));
    }

    [Fact]
    public async Task A_user_who_has_to_be_verified_and_was_not_proves_nothing()
    {
        var passkey = (await MakeAsync())!;
        _authenticator.Flags = Present;

        Assert.Null(await UseAsync(passkey, null, verifyUser: true));
        Assert.NotNull(await UseAsync(passkey, null, verifyUser: false));
    }

    [Fact]
    public async Task The_counter_is_not_compared_here()
    {
        var passkey = (await MakeAsync())! with { SignCount = 100 };
        _authenticator.Count = 3;

        Assert.Equal(3, (await UseAsync(passkey, null, verifyUser: true))?.SignCount);
    }

    [Fact]
    public async Task A_proof_for_one_account_is_none_for_another()
    {
        var passkey = (await MakeAsync())!;

        Assert.NotNull(await UseAsync(passkey, _ada, verifyUser: true));
        Assert.Null(await UseAsync(passkey, _eve, verifyUser: true));
        Assert.Null(await UseAsync(passkey, _ada, verifyUser: true, completedBy: _eve));
        Assert.Null(await UseAsync(passkey, null, verifyUser: true, completedBy: _eve));
    }

    [Fact]
    public async Task A_person_who_is_known_already_does_not_have_to_be_named()
    {
        var passkey = (await MakeAsync())!;
        _authenticator.UserHandle = null;

        Assert.NotNull(await UseAsync(passkey, _ada, verifyUser: false));
        Assert.Null(await UseAsync(passkey, null, verifyUser: false));
        _authenticator.UserHandle = Encoding.UTF8.GetBytes(_eve.Id.ToString());
        Assert.Null(await UseAsync(passkey, _ada, verifyUser: false));
    }

    [Fact]
    public async Task A_proof_is_one_of_this_passkey_and_of_this_key()
    {
        var passkey = (await MakeAsync())!;
        var other = (await new Ceremony(new Authenticator(), _ceremonies, _ada).MakeAsync())!;

        Assert.Null(await UseAsync(passkey with { CredentialId = other.CredentialId }, null, verifyUser: true));
        Assert.Null(await UseAsync(passkey with { PublicKey = other.PublicKey }, null, verifyUser: true));
        Assert.Null(await UseAsync(passkey with { IsSynced = true }, null, verifyUser: true));
    }

    [Fact]
    public async Task A_state_that_is_none_completes_nothing()
    {
        var begun = await _ceremonies.BeginCreationAsync(_ada, [], conditional: false);
        var created = CreatedCredential.Parse(_authenticator.Create(Json(begun.Json)).ToJsonString())!;

        Assert.Null(await _ceremonies.CompleteCreationAsync(_ada, created, "", conditional: false, name: null, Now));
        Assert.Null(await _ceremonies.CompleteCreationAsync(_ada, created, "{}", conditional: false, name: null, Now));
        Assert.Null((await _ceremonies.CompleteCreationAsync(_ada, created, begun.State, conditional: false, name: null, Now))!.Name);
    }

    Task<Passkey?> MakeAsync(bool conditional = false, Account? completedBy = null) =>
        new Ceremony(_authenticator, _ceremonies, _ada).MakeAsync(conditional, completedBy);

    Task<Assertion?> UseAsync(Passkey passkey, Account? begunFor, bool verifyUser, Account? completedBy = null) =>
        new Ceremony(_authenticator, _ceremonies, _ada).UseAsync(passkey, begunFor, verifyUser, completedBy);

    static string Handle(Account account) => Authenticator.Encode(Encoding.UTF8.GetBytes(account.Id.ToString()));

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    // The passkeys with the ids 1 2 and 3.
    static void AssertLists(JsonElement list)
    {
        JsonElement[] all = [.. list.EnumerateArray()];
        Assert.Equal(["AQI", "Aw"], all.Select(one => one.GetProperty("id").GetString()));
        Assert.All(all, one => Assert.Equal("public-key", one.GetProperty("type").GetString()));
        Assert.All(all, one => Assert.Equal(["usb", "nfc"], one.GetProperty("transports").EnumerateArray().Select(transport => transport.GetString())));
    }

    /// <summary>An authenticator at the ceremonies of an account.</summary>
    sealed class Ceremony(Authenticator authenticator, PasskeyCeremonies ceremonies, Account account)
    {
        public async Task<Passkey?> MakeAsync(bool conditional = false, Account? completedBy = null)
        {
            var begun = await ceremonies.BeginCreationAsync(account, [], conditional);
            var created = CreatedCredential.Parse(authenticator.Create(Json(begun.Json)).ToJsonString())!;
            return await ceremonies.CompleteCreationAsync(completedBy ?? account, created, begun.State, conditional, "Phone", Now);
        }

        public async Task<Assertion?> UseAsync(Passkey passkey, Account? begunFor, bool verifyUser, Account? completedBy = null)
        {
            var begun = await ceremonies.BeginAssertionAsync(begunFor, []);
            var proof = AssertedCredential.Parse(authenticator.Get(Json(begun.Json)).ToJsonString())!;
            return await ceremonies.CompleteAssertionAsync(completedBy ?? account, passkey, proof, begun.State, verifyUser);
        }
    }
}
