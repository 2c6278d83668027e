using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

/// <summary>
/// How codes are stored, byte by byte: a code that was stored once has to be found by every later version. The values were
/// calculated by another program.
/// </summary>
public sealed class RecoveryCodeStorageTests
{
    const string Hash = "DA6172FA902240625E1C5DCD61F0AC58D417C2B81B36B66553D94422F6653E02";
    const string Mac = "6E43096871A7FCA3624005BB2A171911288184BAC6063281BB4283D618A0CCEF";
    const string MacOfHash = "7CDABE73E6D2E8EDD69F50C247779447667C4D7EE247B67C93BBB5CDC21C3A5D";
    const string MacOfBareHash = "CA774554523DA985EEFEFD3520C241ECFDA5A0617AF57EAD8D3AAB99F9B95510";

    const string OwnHash = "$sha256$2mFy+pAiQGJeHF3NYfCsWNQXwrgbNrZlU9lEIvZlPgI=";

    // Of A1BOCD3F4G.
    const string BareHash = "$sha512$tLudevOeRl672O6HanFKXivhdHQ4tk/HuZTAPM/BTyr0U+2gk3hShtM6u1YoA10lNrli1n7XsbnyeCeYQq7eUg==";

    static readonly Guid Account = new("018f0000-0000-7000-8000-0123456789ab");

    readonly DataKey _key = new([.. Enumerable.Range(0, DataKey.Length).Select(value => (byte)value)]);

    [Theory]
    [InlineData("a1b0c-d3f4g")]
    [InlineData("A1BOCD3F4G")]
    [InlineData(" aiboc\td3f4g ")]
    [InlineData("ALB0C-D3F4G")]
    public void A_new_code_is_stored_as_its_hash(string code)
    {
        var stored = RecoveryCodes.ToStore(Account, code);

        Assert.Equal(Hash, Convert.ToHexString(stored.Mac));
        Assert.Empty(stored.Sealed!);
    }

    [Theory]
    [InlineData("a1b0c-d3f4g", Mac, OwnHash)]
    [InlineData("A1BOCD3F4G", Mac, OwnHash)]
    [InlineData(OwnHash, MacOfHash, OwnHash)]
    [InlineData(BareHash, MacOfBareHash, BareHash)]
    public void A_code_of_another_system_is_stored_as_a_mac_with_its_hash_encrypted(string code, string mac, string hash)
    {
        var stored = RecoveryCodes.ToStore(Account, code, _key);

        Assert.Equal(mac, Convert.ToHexString(stored.Mac));
        Assert.NotEmpty(stored.Sealed!);
        Assert.True(RecoveryCodes.TryOpen(Account, stored, _key, out var opened));
        Assert.Equal(hash, opened);
    }

    [Fact]
    public void A_code_is_looked_for_in_each_form_in_which_it_can_be_stored()
    {
        Assert.Equal([Hash, Mac, MacOfHash, MacOfBareHash], MacsOf("a1boc-d3f4g"));
        Assert.Equal([Hash, Mac, MacOfHash, MacOfBareHash], MacsOf("A1BOC D3F4G\n"));
        // A bare hash is of the letters as they are, in upper case.
        Assert.Equal([Hash, Mac, MacOfHash], MacsOf("a1b0c-d3f4g").Take(3));
        Assert.NotEqual(MacOfBareHash, MacsOf("a1b0c-d3f4g")[3]);
    }

    [Fact]
    public void A_code_that_is_none_is_looked_for_in_no_form()
    {
        Assert.Empty(MacsOf("a1b0c-d3f4"));
        Assert.Empty(MacsOf(OwnHash));
        Assert.Empty(MacsOf(BareHash));
        Assert.Empty(MacsOf(new string('a', 65)));
        Assert.Equal(4, MacsOf(new string('a', 64)).Length);
    }

    [Fact]
    public void The_hash_of_a_code_that_is_stored_as_its_hash_needs_no_key()
    {
        var stored = RecoveryCodes.ToStore(Account, "a1b0c-d3f4g");

        Assert.True(RecoveryCodes.TryOpen(Guid.CreateVersion7(), stored, new DataKey(new byte[DataKey.Length]), out var hash));
        Assert.Equal(OwnHash, hash);
    }

    [Fact]
    public void A_row_that_was_changed_has_no_hash()
    {
        var stored = RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", _key);
        var other = RecoveryCodes.ToStore(Account, "b1b0c-d3f4g", _key);

        Assert.False(RecoveryCodes.TryOpen(Account, stored with { Mac = other.Mac }, _key, out var hash));
        Assert.Null(hash);
        Assert.False(RecoveryCodes.TryOpen(Account, stored with { Sealed = other.Sealed }, _key, out _));
        Assert.False(RecoveryCodes.TryOpen(Account, stored with { Sealed = [1, 2, 3] }, _key, out _));
        Assert.False(RecoveryCodes.TryOpen(Account, stored with { Sealed = null }, _key, out _));
    }

    string[] MacsOf(string typed) => [.. RecoveryCodes.MacsOf(Account, typed, _key).Select(mac => Convert.ToHexString(mac))];
}
