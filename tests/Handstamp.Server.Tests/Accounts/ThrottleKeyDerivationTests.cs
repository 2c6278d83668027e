using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Handstamp.Server.Accounts;
using Xunit;

namespace Handstamp.Server.Tests.Accounts;

/// <summary>The counters are stored under these keys: under other ones, an update would forget all attempts.</summary>
public sealed class ThrottleKeyDerivationTests
{
    static readonly Guid Account = new("01890a5d-ac96-774b-bcce-b302099a8057");
    static readonly IPAddress Address = IPAddress.Parse("2001:db8::1");
    static readonly byte[] Network = IPAddress.Parse("2001:db8::").GetAddressBytes();

    [Fact]
    public void A_name_has_a_key_for_each_kind_of_attempt()
    {
        Assert.Equal(Key("account", "ADA"u8), ThrottleKeys.ForAccount("ADA"));
        Assert.Equal(Key("known devices", "ADA"u8), ThrottleKeys.ForKnownDevices("ADA"));
        Assert.Equal(Key("unknown devices", "ADA"u8), ThrottleKeys.ForUnknownDevices("ADA"));
        Assert.Equal(Key("logins of account", "ADA"u8), ThrottleKeys.ForLoginsOfAccount("ADA"));
        Assert.Equal(Key("mails to address", "ADA"u8), ThrottleKeys.ForMailsTo("ADA"));
        Assert.Equal(Key("codes of address", "ADA"u8), ThrottleKeys.ForCodesOf("ADA"));
        Assert.Equal(Key("account", [0xC3, 0x84]), ThrottleKeys.ForAccount("Ä"));
    }

    [Fact]
    public void A_device_has_a_key_for_each_name()
    {
        Assert.Equal(Key("device", [1, 2, 3, .. "ADA"u8]), ThrottleKeys.ForDevice([1, 2, 3], "ADA"));
        Assert.NotEqual(ThrottleKeys.ForDevice([1, 2, 3], "ADA"), ThrottleKeys.ForDevice([1, 2, 3], "EVE"));
        Assert.NotEqual(ThrottleKeys.ForDevice([1, 2, 3], "ADA"), ThrottleKeys.ForDevice([1, 2, 4], "ADA"));
    }

    [Fact]
    public void A_network_has_a_key_for_each_kind_of_attempt()
    {
        Assert.Equal(Key("network", Network), ThrottleKeys.ForNetwork(Address));
        Assert.Equal(Key("logins of network", Network), ThrottleKeys.ForLoginsOfNetwork(Address));
        Assert.Equal(Key("registration", Network), ThrottleKeys.ForRegistration(Address));
        Assert.Equal(Key("former tokens of network", Network), ThrottleKeys.ForFormerTokensOf(Address));
        Assert.Equal(Key("mails of network", Network), ThrottleKeys.ForMailsOf(Address));
        Assert.Equal(Key("network", [192, 0, 2, 1]), ThrottleKeys.ForNetwork(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void An_account_has_a_key_for_each_kind_of_request()
    {
        var id = Account.ToByteArray();

        Assert.Equal(Key("notices to account", id), ThrottleKeys.ForNoticesTo(Account));
        Assert.Equal(Key("login notices to account", id), ThrottleKeys.ForLoginNoticesTo(Account));
        Assert.Equal(Key("email changes of account", id), ThrottleKeys.ForEmailChangesOf(Account));
        Assert.Equal(Key("deletions of account", id), ThrottleKeys.ForDeletionsOf(Account));
        Assert.Equal(Key("exports of account", id), ThrottleKeys.ForExportsOf(Account));
        Assert.Equal(Key("codes of account", id), ThrottleKeys.ForCodesOf(Account));
    }

    static ThrottleKey Key(string kind, ReadOnlySpan<byte> subject) => new(BinaryPrimitives.ReadUInt128BigEndian(
        SHA256.HashData([.. Encoding.ASCII.GetBytes(kind), 0, .. subject]).AsSpan(0, 16)));
}
