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
        Assert.All(codes, code => Assert.Matches("^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$", code));
        Assert.Empty(codes.Intersect(RecoveryCodes.New()));
    }

    [Theory]
    [InlineData("a1b0c-d3f4g")]
    [InlineData("A1B0C-D3F4G")]
    [InlineData("a1b0cd3f4g")]
    [InlineData(" a1b0c d3f4g\n")]
    [InlineData("aIbOc-d3f4g")]
    [InlineData("alboc-d3f4g")]
    public void It_counts_however_it_is_typed(string typed) =>
        Assert.Equal(RecoveryCodes.MacOf(Account, "a1b0c-d3f4g", _key), RecoveryCodes.MacOf(Account, typed, _key));

    [Theory]
    [InlineData("")]
    [InlineData("a1b0c-d3f4")]
    [InlineData("a1b0c-d3f4gg")]
    [InlineData("a1b0c-d3f4u")]
    [InlineData("a1b0c-d3f4é")]
    public void What_can_be_none_has_no_mac(string typed) => Assert.Null(RecoveryCodes.MacOf(Account, typed, _key));

    [Fact]
    public void The_mac_is_of_the_account_and_of_the_key()
    {
        var mac = RecoveryCodes.MacOf(Account, "a1b0c-d3f4g", _key);
        var other = new byte[DataKey.Length];
        other[0] = 1;

        Assert.NotEqual(mac, RecoveryCodes.MacOf(Guid.CreateVersion7(), "a1b0c-d3f4g", _key));
        Assert.NotEqual(mac, RecoveryCodes.MacOf(Account, "a1b0c-d3f4g", new DataKey(other)));
    }
}
