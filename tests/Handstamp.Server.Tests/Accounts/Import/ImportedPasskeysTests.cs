using System.Buffers.Text;
using System.Text;
using Handstamp.Server.Accounts.Import;
using Handstamp.Server.Accounts.Passkeys;
using Xunit;
using static Handstamp.Server.Tests.Accounts.Import.TestUsers;

namespace Handstamp.Server.Tests.Accounts.Import;

/// <summary>Which passkeys of another system can be used here, and what is stored of them.</summary>
public sealed class ImportedPasskeysTests
{
    const string WrongId = "The credential_id of a passkey must be base64url of 1 to 1023 bytes.";
    const string WrongKey = "The public_key of a passkey must be base64url of a COSE key for ES256 or RS256. Other algorithms are not verified.";
    const string WrongHandle =
        "The user_handle of a passkey must be the id of the account, in lower case: otherwise a login with it would not find the account.";

    [Fact]
    public void A_user_has_at_most_20()
    {
        Assert.Equal(20, Taken(Many(20)).Count);

        Refused("A user can have at most 20 passkeys.", Many(21));
    }

    [Fact]
    public void Each_has_an_id_and_a_key()
    {
        const string reason = "A passkey must be an object with a credential_id and a public_key.";

        Refused(reason, NewPasskey(), null!);
        Refused(reason, NewPasskey(), NewPasskey(credentialId: null!));
        Refused(reason, NewPasskey(), new PortablePasskey { CredentialId = "BAUG", PublicKey = null!, Synced = true, BackedUp = true });
    }

    [Fact]
    public void Its_user_keeps_the_id()
    {
        TestUsers.Refused(
            "invalid_passkey", "A user with passkeys must have the id that the passkeys have as their user handle.",
            new() { Email = Ada, Passkeys = [NewPasskey()] });

        Assert.Empty(Imported(new() { Email = Ada, Passkeys = [] }).Factors!.Passkeys);
    }

    [Fact]
    public void Its_id_has_1_to_1023_bytes()
    {
        Taken(NewPasskey(IdOf(1)), NewPasskey(IdOf(1023)));

        foreach (var id in new[] { "", IdOf(1024), "A", "AQID!" }) Refused(WrongId, NewPasskey(), NewPasskey(id));
    }

    [Fact]
    public void Its_key_can_be_verified()
    {
        byte[] rsa = [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59, 0x01, 0x00, .. new byte[256], 0x21, 0x43, 0x01, 0x00, 0x01];
        Assert.Equal(rsa, Taken(NewPasskey(publicKey: Base64Url.EncodeToString(rsa)))[0].PublicKey);

        foreach (var key in new[] { "", "no key", "AQID", Base64Url.EncodeToString(Key.AsSpan(1)) })
            Refused(WrongKey, NewPasskey(), NewPasskey("BAUG", publicKey: key));
    }

    [Fact]
    public void Its_counter_has_32_bits()
    {
        Assert.Equal([0L, 4_294_967_295L], Taken(NewPasskey(signCount: 0), NewPasskey("BAUG", signCount: uint.MaxValue)).Select(one => one.SignCount));

        foreach (var count in new[] { -1, 4_294_967_296 })
            Refused("The sign_count of a passkey must be a number of 32 bits.", NewPasskey(), NewPasskey("BAUG", signCount: count));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(false, null)]
    [InlineData(null, null)]
    public void It_says_where_it_is(bool? synced, bool? backedUp) => Refused(
        "A passkey must say whether it is synced and backed_up: without that, its login would be refused.",
        NewPasskey(), NewPasskey("BAUG", synced: synced, backedUp: backedUp));

    [Fact]
    public void It_was_made_for_this_domain()
    {
        Taken(NewPasskey(rpId: "auth.example.com"));

        Refused(
            "The passkey was made for another domain than 'auth.example.com', and no browser would offer it. See Passkeys:RelyingPartyId.",
            NewPasskey(), NewPasskey("BAUG", rpId: "example.com"));
    }

    [Fact]
    public void Its_user_handle_is_the_id_in_lower_case()
    {
        Taken(NewPasskey(userHandle: HandleOf(Id.ToString())));

        foreach (var handle in new[] { HandleOf(Id.ToString().ToUpperInvariant()), HandleOf(Guid.NewGuid().ToString()), "", "no handle" })
            Refused(WrongHandle, NewPasskey(), NewPasskey("BAUG", userHandle: handle));
    }

    [Fact]
    public void Its_name_follows_the_rule()
    {
        Taken(NewPasskey(name: new string('a', 64)));

        foreach (var name in new[] { "", " ", new string('a', 65) }) Refused(PasskeyName.Rule, NewPasskey(), NewPasskey("BAUG", name: name));
    }

    [Fact]
    public void It_is_not_there_twice_however_it_is_written() =>
        Refused("The user has the same passkey twice.", NewPasskey("-_-_"), NewPasskey("AQID"), NewPasskey("+/+/"));

    [Fact]
    public void Base64_is_read_as_other_systems_write_it()
    {
        Assert.Equal((byte[])[0xfb, 0xff, 0xbf], Taken(NewPasskey("+/+/"))[0].CredentialId);
        Assert.Equal((byte[])[0xfb, 0xff, 0xbf], Taken(NewPasskey("-_-_"))[0].CredentialId);
        Assert.Equal((byte[])[0xfb], Taken(NewPasskey("+w=="))[0].CredentialId);
    }

    [Fact]
    public void All_of_it_is_taken_over()
    {
        var aaguid = new Guid("00112233-4455-6677-8899-aabbccddeeff");

        var passkey = Taken(new PortablePasskey
        {
            CredentialId = "AQID",
            PublicKey = Base64Url.EncodeToString(SameKey),
            SignCount = 7,
            Synced = true,
            BackedUp = false,
            SecondFactor = true,
            Transports = ["internal", "no transport", "hybrid"],
            Aaguid = aaguid,
            Name = "Phone",
            CreatedAt = Now.AddDays(-2).AddTicks(-1),
            LastUsedAt = Now.AddDays(-1).AddTicks(-1),
        })[0];

        Assert.Equal((byte[])[1, 2, 3], passkey.CredentialId);
        Assert.Equal(Key, passkey.PublicKey);
        Assert.Equal((Id, 7L, aaguid, "Phone"), (passkey.AccountId, passkey.SignCount, passkey.Aaguid, passkey.Name));
        Assert.Equal((true, false, true), (passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor));
        Assert.Equal(["internal", "hybrid"], passkey.Transports);
        Assert.Equal(Now.AddDays(-2).AddMilliseconds(-1), passkey.CreatedAt);
        Assert.Equal(Now.AddDays(-1).AddMilliseconds(-1), passkey.LastUsedAt);
        Assert.Equal(Guid.CreateVersion7(passkey.CreatedAt).ToString()[..13], passkey.Id.ToString()[..13]);
    }

    [Fact]
    public void What_is_not_known_has_its_default()
    {
        var user = new PortableUser { Id = Id, Email = Ada, CreatedAt = Now.AddDays(-3), Passkeys = [NewPasskey(synced: false, backedUp: true)] };

        var passkey = Assert.Single(Imported(user).Factors!.Passkeys);

        Assert.Equal((false, true, false), (passkey.IsSynced, passkey.IsBackedUp, passkey.IsSecondFactor));
        Assert.Equal(Guid.Empty, passkey.Aaguid);
        Assert.Empty(passkey.Transports);
        Assert.Null(passkey.Name);
        Assert.Equal(Now.AddDays(-3), passkey.CreatedAt);
        Assert.Null(passkey.LastUsedAt);
    }

    static PortablePasskey[] Many(int count) => [.. Enumerable.Range(1, count).Select(number => NewPasskey(Base64Url.EncodeToString([(byte)number])))];

    static string IdOf(int bytes) => Base64Url.EncodeToString(new byte[bytes]);

    static string HandleOf(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    static IReadOnlyList<Passkey> Taken(params PortablePasskey[] passkeys) =>
        Imported(new() { Id = Id, Email = Ada, Passkeys = passkeys }).Factors!.Passkeys;

    static void Refused(string reason, params PortablePasskey[] passkeys) =>
        TestUsers.Refused("invalid_passkey", reason, new() { Id = Id, Email = Ada, Passkeys = passkeys });
}
