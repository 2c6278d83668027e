using System.Text;
using Handstamp.Server.Accounts.Passkeys;
using Handstamp.Server.Http;
using Handstamp.TestBed;
using Microsoft.Extensions.Options;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

public sealed class RelyingPartyTests
{
    const string Fingerprint = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    [Theory]
    [InlineData("https://auth.example.com", null, "auth.example.com", true)]
    [InlineData("https://auth.example.com:8443/login", null, "auth.example.com", true)]
    [InlineData("https://auth.example.com", "example.com", "example.com", true)]
    [InlineData("http://localhost:5110", null, "localhost", true)]
    [InlineData("http://127.0.0.1:5110", null, "127.0.0.1", false)]
    public void The_domain_is_the_host_of_the_issuer_or_the_one_of_the_settings(string issuer, string? setting, string id, bool isDomain)
    {
        var party = Party(new PasskeyOptions { RelyingPartyId = setting }, issuer);

        Assert.Equal((id, isDomain), (party.Id, party.IsDomain));
    }

    [Fact]
    public void Without_settings_only_the_services_own_origin_is_accepted()
    {
        var party = Party(new PasskeyOptions(), "https://auth.example.com/login");

        Assert.Equal(["https://auth.example.com"], party.Origins);
        Assert.False(party.HasRelatedOrigins);
        Assert.Empty(party.Apps);
        Assert.True(party.Accepts("https://auth.example.com"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://auth.example.com/")]
    [InlineData("https://auth.example.com/login")]
    [InlineData("http://auth.example.com")]
    [InlineData("https://AUTH.example.com")]
    [InlineData("https://auth.example.com:443")]
    [InlineData("https://example.com")]
    public void Another_way_to_write_an_origin_is_another_origin(string origin) =>
        Assert.False(Party(new PasskeyOptions(), "https://auth.example.com/login").Accepts(origin));

    [Fact]
    public void The_services_own_origin_comes_first_and_each_is_there_once()
    {
        var party = Party(new PasskeyOptions
        {
            Origins = ["https://b.example.com", "https://auth.example.com", "https://a.example.com", "https://b.example.com"],
        });

        Assert.Equal(["https://auth.example.com", "https://b.example.com", "https://a.example.com"], party.Origins);
        Assert.True(party.HasRelatedOrigins);
        Assert.All(party.Origins, origin => Assert.True(party.Accepts(origin)));
    }

    [Fact]
    public void An_app_of_Android_has_an_origin_and_one_of_Apple_has_none()
    {
        var party = Party(new PasskeyOptions { Apps = ["ABCDE12345.com.example.app", $"com.example.app={Fingerprint}"] });

        Assert.Equal("ABCDE12345.com.example.app", Assert.IsType<PasskeyApp.Apple>(party.Apps[0]).Id);
        Assert.True(party.Accepts(Assert.IsType<PasskeyApp.Android>(party.Apps[1]).Origin));
        Assert.False(party.Accepts("ABCDE12345.com.example.app"));
        Assert.Equal(["https://auth.example.com"], party.Origins);
        Assert.False(party.HasRelatedOrigins);
    }

    [Fact]
    public void A_browser_is_told_of_all_passkeys_in_their_order()
    {
        var account = TestAccounts.Account();
        var party = Party(new PasskeyOptions { RelyingPartyId = "example.com" });

        var signal = party.Signal(account.Id, [TestPasskeys.Of(account, 0xff, 0xfe), TestPasskeys.Of(account, 1)]);

        Assert.Equal("example.com", signal.RpId);
        Assert.Equal(Authenticator.Encode(Encoding.UTF8.GetBytes(account.Id.ToString())), signal.UserId);
        Assert.Equal(["__4", "AQ"], signal.AllAcceptedCredentialIds);
        Assert.Empty(party.Signal(account.Id, []).AllAcceptedCredentialIds);
    }

    [Fact]
    public void A_passkey_is_listed_with_all_that_its_owner_may_see()
    {
        var passkey = TestPasskeys.Of(TestAccounts.Account(), 1);

        var item = PasskeyItem.Of(passkey);

        Assert.Equal((passkey.Id, "Phone"), (item.Id, item.Name));
        Assert.Equal(passkey.Aaguid, item.Aaguid);
        Assert.Equal((true, false, true), (item.Synced, item.BackedUp, item.SecondFactor));
        Assert.Equal(["usb", "nfc"], item.Transports);
        Assert.Equal((passkey.CreatedAt, passkey.LastUsedAt), (item.CreatedAt, item.LastUsedAt));
        var other = PasskeyItem.Of(passkey with { IsSynced = false, IsBackedUp = true, IsSecondFactor = false, Aaguid = Guid.Empty });
        Assert.Equal((false, true, false), (other.Synced, other.BackedUp, other.SecondFactor));
        Assert.Null(other.Aaguid);
    }

    static RelyingParty Party(PasskeyOptions options, string issuer = HandstampApp.Issuer) =>
        new(Options.Create(new HandstampOptions { Issuer = issuer }), Options.Create(options));
}
