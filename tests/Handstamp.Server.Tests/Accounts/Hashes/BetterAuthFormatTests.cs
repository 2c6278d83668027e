using Handstamp.Server.Accounts.Hashes;
using Xunit;

namespace Handstamp.Server.Tests.Accounts.Hashes;

public sealed class BetterAuthFormatTests
{
    const string Form = "A hash of better-auth must be 32 hexadecimal digits, a colon and 128 hexadecimal digits.";
    const string Unknown = "The service knows no kind of password hash that begins like this.";

    static readonly string Salt = new('0', 32);
    static readonly string Key = new('f', 128);

    [Fact]
    public void The_cost_is_always_the_same() =>
        Assert.Equal(new HashCost(32_768, 131_072), HashFormats.Read($"{Salt}:{Key}")!.Cost);

    [Fact]
    public void Another_key_is_refused_with_the_form()
    {
        Assert.Null(HashFormats.Fault($"{Salt}:{Key}"));
        foreach (var key in (string[])["", Key[1..], Key + "f", "F" + Key[1..], "g" + Key[1..], Key + "\n"])
            Assert.Equal(Form, HashFormats.Fault($"{Salt}:{key}"));
    }

    [Fact]
    public void Another_salt_is_the_beginning_of_no_hash()
    {
        foreach (var salt in (string[])["", Salt[1..], Salt + "0", "F" + Salt[1..], "g" + Salt[1..]])
            Assert.Equal(Unknown, HashFormats.Fault($"{salt}:{Key}"));
        Assert.Equal(Unknown, HashFormats.Fault(Salt + Key));
    }
}
