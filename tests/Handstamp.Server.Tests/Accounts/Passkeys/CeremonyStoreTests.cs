using System.Text;
using Handstamp.Server.Accounts;
using Handstamp.Server.Accounts.Passkeys;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Passkeys;

/// <summary>What a ceremony tells the handler of ASP.NET Core, and what it tells the browser.</summary>
public sealed class CeremonyStoreTests
{
    readonly Account _ada = TestAccounts.Account();
    readonly Account _eve = TestAccounts.Account(email: "eve@example.com");

    [Fact]
    public async Task The_account_of_the_ceremony_is_found_by_its_id_and_no_other_one()
    {
        using var store = new CeremonyStore(_ada, []);
        using var nobody = new CeremonyStore(null, []);

        Assert.Same(_ada, await store.FindByIdAsync(_ada.Id.ToString(), default));
        Assert.Null(await store.FindByIdAsync(_eve.Id.ToString(), default));
        Assert.Null(await store.FindByIdAsync("", default));
        Assert.Null(await nobody.FindByIdAsync(_ada.Id.ToString(), default));
        Assert.Equal(_eve.Id.ToString(), await store.GetUserIdAsync(_eve, default));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_passkey_is_shown_as_it_is_stored_but_without_its_counter(bool synced, bool backedUp)
    {
        var passkey = TestPasskeys.Of(_ada, 1, 2) with { IsSynced = synced, IsBackedUp = backedUp };
        using var store = new CeremonyStore(_ada, [passkey]);

        var shown = Assert.Single(await store.GetPasskeysAsync(_ada, default));

        Assert.Equal(passkey.CredentialId, shown.CredentialId);
        Assert.Equal(passkey.PublicKey, shown.PublicKey);
        Assert.Equal(passkey.CreatedAt, shown.CreatedAt);
        Assert.Equal(["usb", "nfc"], shown.Transports!);
        Assert.Equal((0u, true), (shown.SignCount, shown.IsUserVerified));
        Assert.Equal((synced, backedUp), (shown.IsBackupEligible, shown.IsBackedUp));
        Assert.Empty(shown.AttestationObject);
        Assert.Empty(shown.ClientDataJson);
    }

    [Fact]
    public async Task A_passkey_is_found_by_the_whole_of_its_id()
    {
        byte[] first = [1, 2];
        byte[] second = [1, 3];
        using var store = new CeremonyStore(_ada, [TestPasskeys.Of(_ada, first), TestPasskeys.Of(_ada, second)]);

        Assert.Equal(first, (await store.FindPasskeyAsync(_ada, first, default))!.CredentialId);
        Assert.Equal(second, (await store.FindPasskeyAsync(_ada, second, default))!.CredentialId);
        Assert.Null(await store.FindPasskeyAsync(_ada, [1], default));
        Assert.Null(await store.FindPasskeyAsync(_ada, [1, 2, 3], default));
        Assert.Equal(2, (await store.GetPasskeysAsync(_ada, default)).Count);
    }

    [Fact]
    public async Task No_passkey_is_taken_already()
    {
        using var store = new CeremonyStore(_ada, [TestPasskeys.Of(_ada, 1, 2)]);

        Assert.Null(await store.FindByPasskeyIdAsync([1, 2], default));
    }

    [Fact]
    public async Task The_browser_gets_the_ticket_and_the_options_as_they_are()
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await CeremonyAnswer.WriteAsync(context, "AB_c-", """{ "rpId": "example.com", "timeout": 1.0 }""");

        Assert.Equal("""{"ceremony":"AB_c-","options":{ "rpId": "example.com", "timeout": 1.0 }}""", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal("application/json", context.Response.ContentType);
        Assert.Equal(body.Length, context.Response.ContentLength);
    }
}
