using Handstamp.Server.Sessions;
using Xunit;

namespace Handstamp.Server.Tests.Sessions;

public sealed class DeviceNameTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    [InlineData("Ada's phone")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_of_up_to_64_characters_is_valid(string? name) => Assert.True(DeviceName.IsValid(name));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("phone\n")]
    [InlineData("\u0007")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void An_empty_or_long_name_and_one_with_control_characters_are_not(string name) => Assert.False(DeviceName.IsValid(name));
}
