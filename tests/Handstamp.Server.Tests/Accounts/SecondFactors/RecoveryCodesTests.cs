using Handstamp.Server.Accounts.SecondFactors;
using Handstamp.Server.Keys;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.SecondFactors;

public sealed class RecoveryCodesTests
{
    static readonly Guid Account = Guid.CreateVersion7();

    readonly DataKey _key = new(new byte[DataKey.Length]);

    [Fact]
    public void There_are_ten_different_ones_without_letters_that_look_alike()
    {
        var codes = RecoveryCodes.New();

        Assert.Equal(10, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^[0-9a-hjkmnp-tv-z]{5}(-[0-9a-hjkmnp-tv-z]{5}){4}$", code));
        Assert.Empty(codes.Intersect(RecoveryCodes.New()));
    }

    [Theory]
    [InlineData("a1b0c-d3f4g")]
    [InlineData("A1B0C-D3F4G")]
    [InlineData("a1b0cd3f4g")]
    [InlineData(" a1b0c d3f4g\n")]
    [InlineData("aIbOc-d3f4g")]
    [InlineData("alboc-d3f4g")]
    public void It_counts_however_it_is_typed(string typed)
    {
        var stored = RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", _key);

        Assert.Contains(RecoveryCodes.MacsOf(Account, typed, _key), mac => mac.AsSpan().SequenceEqual(stored.Mac));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a1b0c-d3f4")]
    [InlineData("a1b0c-d3f4é")]
    [InlineData("a1b0c_d3f4g")]
    [InlineData("$sha256$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void What_can_be_none_has_no_mac(string typed) => Assert.Empty(RecoveryCodes.MacsOf(Account, typed, _key));

    [Fact]
    public void A_new_one_needs_no_key_and_is_of_its_account()
    {
        var code = RecoveryCodes.New()[0];
        var stored = RecoveryCodes.ToStore(Account, code);

        foreach (var key in new[] { _key, Other() })
        {
            Assert.Contains(RecoveryCodes.MacsOf(Account, $" {code.ToUpperInvariant()}", key), mac => mac.AsSpan().SequenceEqual(stored.Mac));
            Assert.DoesNotContain(RecoveryCodes.MacsOf(Guid.CreateVersion7(), code, key), mac => mac.AsSpan().SequenceEqual(stored.Mac));
            Assert.True(RecoveryCodes.TryOpen(Account, stored, key, out var hash));
            var moved = RecoveryCodes.ToStore(Account, hash, Other());
            Assert.Contains(RecoveryCodes.MacsOf(Account, code, Other()), mac => mac.AsSpan().SequenceEqual(moved.Mac));
        }
    }

    [Fact]
    public void The_mac_is_of_the_account_and_of_the_key()
    {
        var mac = RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", _key).Mac;

        Assert.NotEqual(mac, RecoveryCodes.ToStore(Guid.CreateVersion7(), "a1b0c-d3f4g", _key).Mac);
        Assert.NotEqual(mac, RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", Other()).Mac);
    }

    [Fact]
    public void Its_hash_is_read_with_the_key_alone_and_is_good_under_another_key_for_the_same_account()
    {
        var stored = RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", _key);
        Assert.False(RecoveryCodes.TryOpen(Account, stored, Other(), out _));
        Assert.False(RecoveryCodes.TryOpen(Guid.CreateVersion7(), stored, _key, out _));
        Assert.True(RecoveryCodes.TryOpen(Account, stored, _key, out var hash));

        Assert.True(RecoveryCodes.IsValid(hash));
        var moved = RecoveryCodes.ToStore(Account, hash, Other());

        Assert.Contains(RecoveryCodes.MacsOf(Account, "A1BOC d3f4g", Other()), mac => mac.AsSpan().SequenceEqual(moved.Mac));
        Assert.DoesNotContain(RecoveryCodes.MacsOf(Account, "a1b0c-d3f4h", Other()), mac => mac.AsSpan().SequenceEqual(moved.Mac));
        Assert.True(RecoveryCodes.TryOpen(Account, moved, Other(), out var again));
        Assert.Equal(hash, again);
    }

    [Fact]
    public void A_code_from_before_there_were_hashes_has_none() =>
        Assert.False(RecoveryCodes.TryOpen(Account, RecoveryCodes.ToStore(Account, "a1b0c-d3f4g", _key) with { Sealed = null }, _key, out _));

    static DataKey Other()
    {
        var other = new byte[DataKey.Length];
        other[0] = 1;
        return new DataKey(other);
    }
}
